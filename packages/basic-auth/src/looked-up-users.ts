import { isPromise, type MaybePromise } from '@seaworthy/middleware'
import type { Verdict } from '@seaworthy/security'
import { argon2Dummy } from './argon2-hash.ts'
import { requireBcrypt } from './bcrypt-hash.ts'
import type { PasswordHash } from './password-hash.ts'
import { refusedHash } from './refuse-hash.ts'
import type { StoredUserBase } from './stored-user.ts'
import type { KnownUser, UserDirectory } from './user-directory.ts'

/** What a look-up needs to become a directory. */
export interface LookUp<U extends StoredUserBase, P> {
  lookup(name: string): MaybePromise<U | null | undefined>
  read(stored: string): PasswordHash
  verdict(name: string, user: U): Verdict<P>
}

/**
 * The directory of users that a function finds.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_NATIVE` when argon2 or bcrypt cannot be had on this machine: which of them
 * is needed is known only with the first login.
 */
export function lookedUpUsers<U extends StoredUserBase, P>({
  lookup,
  read,
  verdict,
}: LookUp<U, P>): UserDirectory<P> & { waits: boolean } {
  requireBcrypt()
  let like: PasswordHash = argon2Dummy()

  function known(name: string, user: U | null | undefined): KnownUser<P> | undefined {
    if (user === null || user === undefined) return undefined
    if (typeof user.hash !== 'string') throw refusedHash('lookup() gave a user without a hash.')
    return {
      stored: user.hash,
      hash: () => (like = read(user.hash)),
      verdict: () => verdict(name, user),
    }
  }

  const directory = {
    waits: false,
    find(name: string): MaybePromise<KnownUser<P> | undefined> {
      const found = lookup(name)
      if (!isPromise(found)) return known(name, found)
      directory.waits = true
      return found.then((user) => known(name, user))
    },
    dummyFor: () => like.dummy(),
  }
  return directory
}
