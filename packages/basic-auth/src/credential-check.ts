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

/** The statistics of a guard that has just been made. */
export function newStatistics(): Statistics {
  return { hits: 0, misses: 0, entries: 0, verifications: 0 }
}

/** The statistics, for those who count. */
export type Statistics = { -readonly [K in keyof BasicAuthStatistics]: BasicAuthStatistics[K] }

/** One way of checking credentials. */
export interface CredentialCheck<P> {
  recall?(presented: Presented): Verdict<P> | undefined
  authenticate(presented: Presented, x: Exchange): MaybePromise<Verdict<P>>
}
