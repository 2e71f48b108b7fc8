/**
 * Whether a value can be the id of a key: short printable ASCII that means nothing to a file system or to an object.
 * An id is a key of a Map here and nothing else; what cannot be an id is not even looked up.
 */
export function isKeyId(value: unknown): value is string {
  return (
    typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value) && value !== '__proto__' && !value.includes('../')
  )
}
