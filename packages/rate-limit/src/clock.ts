/** Where the time comes from. */
export interface RateLimitClock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}

/** The time since the process began is monotonic, so that a corrected system clock gives nobody quota. */
export const systemClock: RateLimitClock = { now: () => performance.timeOrigin + performance.now() }
