/** Where the time comes from. */
export interface HealthClock {
  /** Milliseconds since 1970-01-01 UTC. It must not go back: the age of results is measured by it. */
  now(): number
}

/** The time since the process began is monotonic, so a corrected system clock makes no result stale. */
export const systemClock: HealthClock = { now: () => performance.timeOrigin + performance.now() }
