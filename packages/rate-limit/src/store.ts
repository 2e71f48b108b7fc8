import type { Quota } from './policy.ts'

/** What a store found, and did. */
export interface StoreReading {
  /** Whether the cost was taken from every quota; otherwise it was taken from none. */
  readonly allowed: boolean
  /** The store's time, in whole milliseconds since 1970-01-01 UTC. */
  readonly now: number
  /** The level of each quota after that, in the order of the quotas. */
  readonly levels: readonly number[]
}

/** A store in the process: it answers at once and does not fail. */
export interface LocalStore {
  readonly timeout?: undefined
  /** See {@link RemoteStore.take}. */
  take(subject: string, quotas: readonly Quota[], cost: number): StoreReading
}

/** A store that other processes share, and that may be slow or gone. */
export interface RemoteStore {
  /** Milliseconds within which it has to answer. */
  readonly timeout: number
  /**
   * Takes the cost from every quota of a subject, or from none. With a cost of 0 it takes nothing and tells whether
   * each quota has a unit left.
   *
   * @param subject - The limiter's name and the digest of the key, as `name:digest`.
   */
  take(subject: string, quotas: readonly Quota[], cost: number): Promise<StoreReading>
}

/** Where levels are kept. */
export type RateLimitStore = LocalStore | RemoteStore
