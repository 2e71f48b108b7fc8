import type { MaybePromise } from '@seaworthy/middleware'
import type { KeyQuery, KeySet } from './key-set.ts'
import type { VerificationKey } from './verification-key.ts'

/** Where a {@link Jwks} keeps what the verification asks of it. */
export const keySource: unique symbol = Symbol.for('seaworthy.jwt.key-source')

/** Keys that tokens are verified with, as `remoteJwks()`, `localJwks()` and `discover()` make them. */
export interface Jwks {
  readonly [keySource]: KeySource
  /**
   * Has the keys ready, so that the first request does not wait.
   *
   * @throws {JwtError} `ERR_JWT_JWKS` when there are none.
   */
  warmUp(): Promise<void>
  /** A check for `health({ checks })`: it fails when there are no keys, and warns while old ones are used. */
  readonly check: JwksCheck
}

/** A health check: it rejects when there are no keys. */
export type JwksCheck = (signal: AbortSignal) => Promise<JwksReport>

/** What a check measured. */
export interface JwksReport {
  readonly status: 'pass' | 'warn'
  /** Why it does not pass. */
  readonly output?: string
  /** How many keys can be used. */
  readonly observedValue: number
  readonly observedUnit: 'keys'
}

/** What the verification asks of keys. */
export interface KeySource {
  /** The keys that come into question, none, or that nobody can tell now. */
  find(query: KeyQuery): MaybePromise<readonly VerificationKey[] | KeysUnavailable>
  /** Whether a key is still among them, so that what was verified with it may be trusted. */
  holds(key: VerificationKey): boolean
  /** The keys, where they never change. */
  readonly fixed?: KeySet
}

/** The keys cannot be had. */
export interface KeysUnavailable {
  readonly unavailable: string
  /** Seconds until another attempt is made. */
  readonly retryAfter: number
}
