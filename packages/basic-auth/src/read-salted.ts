import { decodeUnpaddedBase64 } from './decode-base64.ts'
import { bounded, refusedHash } from './refuse-hash.ts'

/** What follows the parameters in a PHC string. */
export interface Salted {
  readonly salt: Uint8Array
  readonly digest: Uint8Array
}

/**
 * Reads salt and digest of a PHC string.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when they are not base64, or too short or too long.
 */
export function readSalted(salt: string, digest: string): Salted {
  const read = { salt: decodeUnpaddedBase64(salt), digest: decodeUnpaddedBase64(digest) }
  if (!read.salt || !read.digest) throw refusedHash('its salt or its digest is not base64 without padding.')
  bounded('the length of its salt', read.salt.byteLength, 8, 64)
  bounded('the length of its digest', read.digest.byteLength, 16, 64)
  return { salt: read.salt, digest: read.digest }
}
