import type { LimiterDecision } from '@seaworthy/middleware'
import { millisecondsUntil, unitsAsked, unitsLeft } from './gcra.ts'
import type { Quota } from './policy.ts'
import type { StoreReading } from './store.ts'

/** How a policy stands for a key. */
export interface PolicyState {
  readonly name: string
  /** Whether this policy refuses. */
  readonly violated: boolean
  /** How many units are left. */
  readonly remaining: number
  /** Seconds within which the units that are left should last: the effective window of the `RateLimit` field. */
  readonly effectiveWindow: number
}

/** A limiter's answer, with what it is made of. */
export interface RateLimitDecision extends LimiterDecision {
  /** The store failed: nothing was counted, and `onStoreError` has decided. */
  readonly unavailable: boolean
  /** The store's time, in milliseconds since 1970-01-01 UTC; 0 when it is unavailable. */
  readonly now: number
  /** In the order of the options; empty when the store is unavailable. */
  readonly policies: readonly PolicyState[]
}

/** What a store's reading means for the client. */
export function decisionOf(
  quotas: readonly Quota[],
  { allowed, now, levels }: StoreReading,
  cost: number,
): RateLimitDecision {
  const level = (index: number): number => levels[index] ?? 0
  const waits = quotas.map((quota, i) => (allowed ? 0 : secondsUntil(unitsAsked(cost), level(i), quota)))
  const retryAfter = Math.max(...waits)
  const policies = quotas.map((quota, i) => stateOf(quota, level(i), waits[i] ?? 0, retryAfter))
  return { allowed, retryAfter, unavailable: false, now, policies }
}

/** The answer when the store gave none. */
export function unavailableDecision(allowed: boolean, retryAfter: number): RateLimitDecision {
  return { allowed, retryAfter: allowed ? 0 : retryAfter, unavailable: true, now: 0, policies: [] }
}

/**
 * The effective window is such that the units which are left, spread over it, are used as fast as they come back; when
 * none is left it ends with the next one. On a refusal it ends with the wait, and for no policy after `Retry-After`
 * (draft-ietf-httpapi-ratelimit-headers-11 §6).
 */
function stateOf(quota: Quota, level: number, wait: number, retryAfter: number): PolicyState {
  const remaining = unitsLeft(level, quota)
  const pace =
    remaining > 0 ? Math.ceil((remaining * quota.window) / quota.limit / 1_000) : secondsUntil(1, level, quota)
  const effectiveWindow = Number.isFinite(wait) && wait > 0 ? wait : retryAfter > 0 ? Math.min(pace, retryAfter) : pace
  return { name: quota.name, violated: wait > 0, remaining, effectiveWindow }
}

function secondsUntil(units: number, level: number, quota: Quota): number {
  return Math.ceil(millisecondsUntil(units, level, quota) / 1_000)
}
