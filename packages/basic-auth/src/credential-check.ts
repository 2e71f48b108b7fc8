import type { Exchange, MaybePromise } from '@seaworthy/middleware'
import type { Verdict } from '@seaworthy/security'
import type { Presented } from './presented.ts'

/** How a guard has done. */
export interface BasicAuthStatistics {
  /** Requests that were let in from the cache. */
  readonly hits: number
  /** Requests that were not. */
  readonly misses: number
  /** Credentials that are in the cache. */
  readonly entries: number
  /** Hashes that were computed, those of unknown users included. */
  readonly verifications: number
}

/** One way of checking credentials. */
export interface CredentialCheck<P> {
  recall?(presented: Presented): Verdict<P> | undefined
  authenticate(presented: Presented, x: Exchange): MaybePromise<Verdict<P>>
  readonly statistics: BasicAuthStatistics
}
