import type { MaybePromise } from '@seaworthy/middleware'
import type { Verdict } from '@seaworthy/security'
import type { PasswordHash } from './password-hash.ts'

/** A user that a name belongs to. */
export interface KnownUser<P> {
  /** The hash as it is stored: as long as it is the same, so is the password. */
  readonly stored: string
  /**
   * The hash as it was read.
   *
   * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when it cannot be used.
   */
  hash(): PasswordHash
  /** What the user is let in with. */
  verdict(): Verdict<P>
}

/** Where users are found. */
export interface UserDirectory<P> {
  /** Whether finding one has needed a wait. */
  readonly waits: boolean
  find(user: string): MaybePromise<KnownUser<P> | undefined>
  /** What is verified for a name that nobody has, so that it takes as long. */
  dummyFor(user: string): PasswordHash
}
