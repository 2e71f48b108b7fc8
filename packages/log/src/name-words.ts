/**
 * A name as its words in lower case, joined by `_`: `accessToken`, `access-token`, `ACCESS_TOKEN` and `Access.Token`
 * are one name.
 */
export function nameWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s_\-.:/[\]]+/g, '_')
    .replace(/^_+|_+$/g, '')
}
