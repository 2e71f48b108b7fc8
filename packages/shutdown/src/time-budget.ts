/** Until when requests and hooks may last, in milliseconds of `performance.now()`. Last hooks have the rest. */
export interface TimeBudget {
  readonly requests: number
  readonly hooks: number
}

/**
 * Divides what is left until `end`. Hooks and last hooks keep the time that they ask for, but never more than half of
 * it, so that requests have at least the other half; last hooks keep at least half of that half.
 */
export function timeBudget(now: number, end: number, hooks: number, last: number): TimeBudget {
  const half = Math.max(0, end - now) / 2
  const lastShare = Math.min(last, Math.max(half / 2, half - hooks))
  const hookShare = Math.min(hooks, half - lastShare)
  return { requests: end - lastShare - hookShare, hooks: end - lastShare }
}
