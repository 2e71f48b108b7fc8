import type { Exchange, MaybePromise } from '@seaworthy/middleware'
import type { SchemeOptions } from '@seaworthy/security'
import type { Clock } from './clock.ts'
import type { PasswordCacheOptions } from './password-cache.ts'
import type { UnsafeHash } from './password-hash.ts'
import type { Normalization } from './password-text.ts'
import type { ListedUser, StoredUser } from './stored-user.ts'
import type { allowUnsafeHashes } from './unsafe-hashes.ts'

/** Settings of `basicAuth()`. Users come from one of `users`, `htpasswd`, `lookup` and `verify`. */
export interface BasicAuthOptions<N extends string = 'basic', User = null, S extends string = never> extends Omit<
  SchemeOptions<N, S>,
  'realm'
> {
  /** The protection space, which browsers show when they ask for the password (RFC 9110 §11.5). Printable ASCII. */
  readonly realm: string
  /** Hashes, or stored users, by name. */
  readonly users?: Readonly<Record<string, ListedUser<User>>>
  /** The text of an htpasswd file. */
  readonly htpasswd?: null extends User ? string : never
  /**
   * Finds a user by name. Asked for every request: a user who is gone, or has another hash, is out at once.
   * What it throws is answered with 503.
   */
  lookup?(user: string): MaybePromise<StoredUser<User> | null | undefined>
  /**
   * Verifies the password itself. What it gives are the claims; `null`, `undefined` and `false` are a refusal. What it
   * throws is answered with 503. It is asked for every request, unless `cache` is given.
   */
  verify?(user: string, password: string, x: Exchange): MaybePromise<User | null | undefined | false>
  /** The scopes of a user, where they are not stored with the hash. @default none */
  scopesOf?(user: string, claims: User): Iterable<string>
  /**
   * Receives a new hash for a user whose password was right and whose hash is weaker than those of `hashPassword()`.
   * It runs after the answer, when a hashing slot is free.
   */
  onRehash?(user: string, hash: string): MaybePromise<unknown>
  /** The cache of verified passwords; `false` for none. @default on, and off with `verify` */
  readonly cache?: PasswordCacheOptions | false
  /** How many hashes of this guard are computed at once. @default 2 */
  readonly maxConcurrent?: number
  /** How many wait for that; the next one is answered with 503. @default 8 */
  readonly maxQueued?: number
  /** The Unicode normalization of names and passwords before they are compared. @default 'NFC' */
  readonly normalize?: Normalization
  /** Kinds of hashes that are taken although no password should be kept so. @default [] */
  readonly [allowUnsafeHashes]?: readonly UnsafeHash[]
  /** What the cache measures time by. @default a steady clock */
  readonly clock?: Clock
}
