import { pbkdf2 } from 'node:crypto'
import { derivedHash } from './derived-hash.ts'
import type { PasswordHash } from './password-hash.ts'
import { readSalted } from './read-salted.ts'
import { bounded, refusedHash } from './refuse-hash.ts'

/** A PHC string: `$pbkdf2-sha256$i=600000,l=32$salt$digest`. */
const phc = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d{1,10})(?:,l=(\d{1,3}))?\$([^$]+)\$([^$]+)$/
/** What passlib writes: `$pbkdf2-sha256$29000$salt$digest`, with a dot for the plus of base64. */
const passlib = /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,10})\$([^$+]+)\$([^$+]+)$/

interface Written {
  readonly hash: string
  readonly iterations: string
  readonly length: string | undefined
  readonly salt: string
  readonly digest: string
}

/**
 * Reads PBKDF2 with SHA-1, SHA-256 or SHA-512, as a PHC string or as passlib writes it.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when its form or its parameters are refused.
 */
export function pbkdf2Hash(text: string): PasswordHash {
  const written = readPhc(text) ?? readPasslib(text)
  if (!written) throw refusedHash('it is no PBKDF2 with sha1, sha256 or sha512, as a PHC string or by passlib.')
  const iterations = bounded('the iterations of PBKDF2', written.iterations, 1, 5_000_000)
  const { salt, digest } = readSalted(written.salt, written.digest)
  if (written.length !== undefined && Number(written.length) !== digest.byteLength)
    throw refusedHash('l is not the length of its digest.')
  return derivedHash({
    kind: 'pbkdf2',
    outdated: true,
    salt,
    digest,
    derive: (password, bytes, length) =>
      new Promise((resolve, reject) => {
        pbkdf2(password, bytes, iterations, length, written.hash, (error, derived) =>
          error ? reject(error) : resolve(derived),
        )
      }),
  })
}

function readPhc(text: string): Written | undefined {
  const [, hash, iterations = '', length, salt = '', digest = ''] = phc.exec(text) ?? []
  return hash === undefined ? undefined : { hash, iterations, length, salt, digest }
}

function readPasslib(text: string): Written | undefined {
  const [, hash = 'sha1', iterations, salt = '', digest = ''] = passlib.exec(text) ?? []
  if (iterations === undefined) return undefined
  return { hash, iterations, length: undefined, salt: salt.replaceAll('.', '+'), digest: digest.replaceAll('.', '+') }
}
