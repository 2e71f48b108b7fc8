const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const length = 22
const pool = new Uint8Array(length * 128)
let position = pool.length

/**
 * 22 characters of base64url with 6 random bits each: 132 bits. Random bytes are drawn for 128 ids at a time, as one
 * call for each would cost more than the rest of a request id.
 */
export function randomId(): string {
  if (position === pool.length) {
    crypto.getRandomValues(pool)
    position = 0
  }
  let id = ''
  for (const end = position + length; position < end; position++) id += alphabet.charAt((pool[position] ?? 0) & 63)
  return id
}
