/**
 * An address of HTTP in one spelling, without query and fragment (RFC 9449 §4.3; RFC 3986 §6.2.2 and §6.2.3), or
 * `undefined` when it is none.
 */
export function canonicalUri(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return url.origin + url.pathname.replace(/%[\da-f]{2}/gi, canonicalOctet)
}

/** RFC 3986 §6.2.2.2: what need not be encoded is not; §6.2.2.1: digits are in upper case. */
function canonicalOctet(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return /[\w.~-]/.test(character) ? character : encoded.toUpperCase()
}
