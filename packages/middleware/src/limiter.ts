import type { MaybePromise } from './hooks.ts'

/** Something that allows or refuses by key: `rateLimit()` of `@seaworthy/rate-limit` is one. */
export interface Limiter {
  /**
   * Takes `cost` from the key's quota when that much is left.
   *
   * @param cost - Defaults to 1. With 0 nothing is taken: it asks whether the key is exhausted.
   */
  consume(key: string, cost?: number): MaybePromise<LimiterDecision>
}

/** A limiter's answer. */
export interface LimiterDecision {
  readonly allowed: boolean
  /** Seconds until a retry can succeed; 0 when allowed. */
  readonly retryAfter: number
}
