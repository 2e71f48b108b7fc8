/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}

/** The time of the system. */
export const systemClock: Clock = { now: () => Date.now() }
