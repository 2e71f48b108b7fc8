import { hash, randomBytes } from 'node:crypto'
import type { Verdict } from '@seaworthy/security'
import { argon2Dummy } from './argon2-hash.ts'
import type { PasswordHash } from './password-hash.ts'
import type { KnownUser, UserDirectory } from './user-directory.ts'

/** A user that is known from the start. */
export interface UserEntry<P> {
  readonly name: string
  readonly stored: string
  readonly hash: PasswordHash
  readonly verdict: Verdict<P>
}

/** The directory of users that are known from the start, each name once. */
export function listedUsers<P>(list: readonly UserEntry<P>[]): UserDirectory<P> {
  const users = new Map<string, KnownUser<P>>()
  for (const { name, stored, hash: read, verdict } of list)
    users.set(name, { stored, hash: () => read, verdict: () => verdict })
  const dummies = list.length === 0 ? [argon2Dummy()] : list.map((entry) => entry.hash.dummy())
  const key = randomBytes(16).toString('hex')

  /** Unknown names share the kinds of hashes as known ones do, and each always has the same. */
  function dummyFor(name: string): PasswordHash {
    const at = Number.parseInt(hash('sha256', key + name).slice(0, 12), 16) % dummies.length
    return dummies[at] ?? argon2Dummy()
  }

  return { waits: false, find: (name) => users.get(name), dummyFor }
}
