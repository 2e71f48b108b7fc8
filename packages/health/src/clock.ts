/** Where the time comes from. */
export interface HealthClock {
  /** The time of day, in milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Milliseconds since any fixed point; it never goes back. */
  elapsed(): number
}

/** The clocks of the machine. */
export const systemClock: HealthClock = { now: () => Date.now(), elapsed: () => performance.now() }
