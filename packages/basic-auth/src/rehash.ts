import { isPromise } from '@seaworthy/middleware'
import { requireArgon2 } from './argon2-hash.ts'
import { requireBcrypt } from './bcrypt-hash.ts'
import type { HashingSlots } from './hashing-slots.ts'
import { hashPassword } from './hash-password.ts'
import type { Credentials } from './parse-credentials.ts'
import type { PasswordHash } from './password-hash.ts'
import type { Normalization } from './password-text.ts'

/** What makes new hashes. */
export interface Rehash {
  readonly slots: HashingSlots
  readonly normalize: Normalization
  /** Receives them. */
  store(user: string, hash: string): unknown
}

/**
 * Makes new hashes in the background, of passwords that have just been right. bcrypt stays bcrypt.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_NATIVE` when argon2 or bcrypt cannot be had on this machine.
 */
export function rehasher({ slots, normalize, store }: Rehash): (from: PasswordHash, of: Credentials) => void {
  requireArgon2()
  requireBcrypt()

  async function renew(from: PasswordHash, { user, password }: Credentials): Promise<void> {
    const algorithm = from.kind === 'bcrypt' ? 'bcrypt' : 'argon2id'
    const hash = await slots.runIfFree(() => hashPassword(password, { algorithm, normalize }))
    const stored = hash === undefined ? undefined : store(user, hash)
    if (isPromise(stored)) await stored
  }

  return (from, of) => {
    if (from.outdated) renew(from, of).catch(report)
  }
}

/** What a database says of a statement that failed can contain the hash. */
function report(error: unknown): void {
  console.error(`seaworthy: onRehash of basicAuth failed with ${error instanceof Error ? error.name : typeof error}`)
}
