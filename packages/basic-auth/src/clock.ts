/** Where the time comes from. */
export interface Clock {
  /** Milliseconds. */
  now(): number
}

/** The time since the process began: a corrected system clock makes nothing in a cache old or young. */
export const steadyClock: Clock = { now: () => performance.now() }
