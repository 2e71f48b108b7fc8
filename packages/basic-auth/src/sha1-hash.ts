import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { decodeBase64 } from './decode-base64.ts'
import { derivedHash } from './derived-hash.ts'
import type { PasswordHash } from './password-hash.ts'
import { refusedHash } from './refuse-hash.ts'

/**
 * Reads what `htpasswd -s` writes: one SHA-1 without salt.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when its form is refused.
 */
export function sha1Hash(text: string): PasswordHash {
  const digest = decodeBase64(text.slice('{SHA}'.length))
  if (digest?.byteLength !== 20) throw refusedHash('it is no {SHA} with 28 characters of base64.')
  return derivedHash({
    kind: 'sha1',
    outdated: true,
    salt: Buffer.alloc(0),
    digest,
    derive: (password) => createHash('sha1').update(password).digest(),
  })
}
