import { hashByArgon2id } from './argon2-hash.ts'
import { BasicAuthError } from './basic-auth-error.ts'
import { bcryptMaxBytes, hashByBcrypt } from './bcrypt-hash.ts'
import { parseHash } from './parse-hash.ts'
import type { UnsafeHash } from './password-hash.ts'
import { hasControlCharacter, normalized, passwordBytes, type Normalization } from './password-text.ts'
import { allowUnsafeHashes } from './unsafe-hashes.ts'

/** How {@link hashPassword} hashes. */
export interface HashPasswordOptions {
  /** `argon2id` with 19 MiB and 2 passes, or `bcrypt` with a cost of 12. @default 'argon2id' */
  readonly algorithm?: 'argon2id' | 'bcrypt'
  /** As the guard that verifies it has it. @default 'NFC' */
  readonly normalize?: Normalization
}

/** How {@link verifyPassword} verifies. */
export interface VerifyPasswordOptions {
  /** As when it was hashed. @default 'NFC' */
  readonly normalize?: Normalization
  /** Kinds of hashes that are taken although they should not be. @default [] */
  readonly [allowUnsafeHashes]?: readonly UnsafeHash[]
}

/** No password is longer, in bytes. */
const maxBytes = 1024

/**
 * Hashes a password to be stored, off the loop.
 *
 * @returns A PHC string of argon2id, or a hash of bcrypt.
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_PASSWORD` when the password could not be sent, or is longer than 1024 bytes,
 * or 72 for bcrypt; `ERR_BASIC_AUTH_OPTION` when there is no such algorithm; `ERR_BASIC_AUTH_NATIVE` when the algorithm cannot be had on this machine.
 */
export async function hashPassword(password: string, options: HashPasswordOptions = {}): Promise<string> {
  const { algorithm = 'argon2id', normalize = 'NFC' } = options
  if (!password.isWellFormed() || hasControlCharacter(password))
    throw refusedPassword('has a control character or half of a surrogate pair: no browser could send it.')
  const bytes = passwordBytes(normalized(password, normalize))
  if (bytes.byteLength > maxBytes) throw refusedPassword(`is longer than ${maxBytes} bytes.`)
  if (algorithm === 'argon2id') return hashByArgon2id(bytes)
  if (algorithm !== 'bcrypt') throw new BasicAuthError('ERR_BASIC_AUTH_OPTION', "algorithm is 'argon2id' or 'bcrypt'.")
  if (bytes.byteLength > bcryptMaxBytes)
    throw refusedPassword(`is longer than the ${bcryptMaxBytes} bytes that bcrypt takes: use argon2id.`)
  return hashByBcrypt(bytes)
}

/**
 * Whether a password is the one of a stored hash. Off the loop, but for the unsafe kinds.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when the hash is of no known kind, of an unsafe one, or has parameters
 * outside of the bounds; `ERR_BASIC_AUTH_NATIVE` when its algorithm cannot be had on this machine.
 */
export async function verifyPassword(
  password: string,
  hash: string,
  options: VerifyPasswordOptions = {},
): Promise<boolean> {
  const stored = parseHash(hash, options[allowUnsafeHashes])
  const bytes = passwordBytes(normalized(password, options.normalize ?? 'NFC'))
  return password.isWellFormed() && bytes.byteLength <= stored.maxBytes && stored.matches(bytes)
}

function refusedPassword(reason: string): BasicAuthError {
  return new BasicAuthError('ERR_BASIC_AUTH_PASSWORD', `The password ${reason}`)
}
