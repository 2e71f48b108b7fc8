import { type RateLimitClock, systemClock } from './clock.ts'
import { fits, levelAfter, levelWith } from './gcra.ts'
import type { Quota } from './policy.ts'
import { invalidOption } from './rate-limit-error.ts'
import { RecentMap } from './recent-map.ts'
import type { LocalStore, StoreReading } from './store.ts'

/** Settings of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many keys are remembered. Beyond it the one that was not seen for longest is forgotten. @default 100_000 */
  readonly max?: number
  /** Where the time comes from. @default a clock of the machine that never goes back */
  readonly clock?: RateLimitClock
}

/** Counts in this process. */
export interface MemoryStore extends LocalStore {
  /** How many keys are remembered. */
  readonly size: number
}

interface Counter {
  readonly id: string
  level: number
  /** When the level was right. */
  at: number
}

/**
 * Counts in the memory of this process, which is bounded. No timer runs: levels are brought up to date when they are
 * asked for.
 *
 * @throws {RateLimitError} `ERR_RATE_LIMIT_OPTION` when `max` is no whole number of at least 1.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { max = 100_000, clock = systemClock } = options
  if (!Number.isSafeInteger(max) || max < 1) throw invalidOption('max', 'Use a whole number of keys, at least 1.')
  const subjects = new RecentMap<Counter[]>(max)

  function take(subject: string, quotas: readonly Quota[], cost: number): StoreReading {
    const now = Math.floor(clock.now())
    const counters = subjects.get(subject)
    const levels: number[] = []
    let allowed = true
    quotas.forEach((quota, index) => {
      const level = currentLevel(counters && findCounter(counters, quota, index), quota, now)
      allowed &&= fits(level, cost, quota)
      levels.push(level)
    })
    // A key that has taken nothing is not kept: asking must not push out those that have.
    if (allowed && cost > 0) raise(counters ?? added(subject), quotas, levels, cost, now)
    return { allowed, now, levels }
  }

  function added(subject: string): Counter[] {
    const counters: Counter[] = []
    subjects.set(subject, counters)
    return counters
  }

  return {
    take,
    get size() {
      return subjects.size
    },
  }
}

function currentLevel(counter: Counter | undefined, quota: Quota, now: number): number {
  if (!counter) return 0
  // When the clock was set back, the level sinks from now on.
  if (counter.at > now) counter.at = now
  return levelAfter(counter.level, now - counter.at, quota)
}

/** Raises the counters of all quotas by the cost. */
function raise(counters: Counter[], quotas: readonly Quota[], levels: number[], cost: number, at: number): void {
  quotas.forEach((quota, index) => {
    const level = levelWith(levels[index] ?? 0, cost, quota)
    levels[index] = level
    const counter = findCounter(counters, quota, index)
    if (!counter) return void counters.push({ id: quota.id, level, at })
    counter.level = level
    counter.at = at
  })
}

/** The counters of one limiter stand in the order of its quotas; limiters of one name may have different ones. */
function findCounter(counters: readonly Counter[], { id }: Quota, likely: number): Counter | undefined {
  const counter = counters[likely]
  return counter?.id === id ? counter : counters.find((each) => each.id === id)
}
