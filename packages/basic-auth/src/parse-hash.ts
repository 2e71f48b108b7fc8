import { apr1Hash } from './apr1-hash.ts'
import { argon2Hash } from './argon2-hash.ts'
import { bcryptHash } from './bcrypt-hash.ts'
import type { PasswordHash, UnsafeHash } from './password-hash.ts'
import { pbkdf2Hash } from './pbkdf2-hash.ts'
import { plainHash } from './plain-hash.ts'
import { refusedHash } from './refuse-hash.ts'
import { scryptHash } from './scrypt-hash.ts'
import { sha1Hash } from './sha1-hash.ts'

type Reader = (text: string) => PasswordHash

const readers: readonly (readonly [prefix: RegExp, read: Reader, unsafe?: UnsafeHash])[] = [
  [/^\$argon2/, argon2Hash],
  [/^\$2[a-z]?\$/, bcryptHash],
  [/^\$scrypt\$/, scryptHash],
  [/^\$pbkdf2/, pbkdf2Hash],
  [/^\$apr1\$/, apr1Hash, 'apr1'],
  [/^\{SHA\}/, sha1Hash, 'sha1'],
  // What begins like a hash is a hash of another kind, never a password.
  [/^[^${]/, plainHash, 'plain'],
]

/**
 * Reads a stored hash.
 *
 * @param unsafe The kinds that are taken although they should not be.
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when it is of no known kind, of an unsafe one that is not allowed, or
 * has parameters outside of the bounds; `ERR_BASIC_AUTH_NATIVE` when its algorithm cannot be had on this machine.
 */
export function parseHash(text: string, unsafe: readonly UnsafeHash[] = []): PasswordHash {
  if (text.length > 512) throw refusedHash('it is longer than 512 characters.')
  for (const [prefix, read, kind] of readers) {
    if (!prefix.test(text)) continue
    if (kind === undefined || unsafe.includes(kind)) return read(text)
    throw refusedHash(
      kind === 'plain'
        ? `it is of no known kind, and passwords are not stored as they are. ${known}`
        : `${kind} is unsafe. ${known} For a file that cannot be made anew there is [allowUnsafeHashes].`,
    )
  }
  throw refusedHash(`it is of no known kind. ${known}`)
}

const known = 'Store what hashPassword() makes, or argon2id, argon2i, scrypt, pbkdf2 or bcrypt.'
