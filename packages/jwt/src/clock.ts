/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}

/** The time of the system, which NTP may correct: what tokens are checked by. */
export const systemClock: Clock = { now: () => Date.now() }

/** The time since the process began: a corrected system clock makes no keys old or young. */
export const steadyClock: Clock = { now: () => performance.timeOrigin + performance.now() }
