import { parseDuration, type Duration } from '@seaworthy/middleware'
import { invalidOption } from './api-key-error.ts'

/** Bounds of the cache of verified keys. */
export interface ApiKeyCacheOptions {
  /** The most keys. @default 1000 */
  readonly max?: number
  /** How long the store is not asked again for a key: at most 30 s. @default '30s' */
  readonly ttl?: Duration
}

/** How a cache has done. */
export interface ApiKeyCacheStatistics {
  /** Keys that were found. */
  readonly hits: number
  /** Keys that the store had to be asked for. */
  readonly misses: number
  /** Keys that are in it. */
  readonly entries: number
}

/** Keys by their digest. The ones that were used last stay. */
export interface KeyCache<T> {
  readonly statistics: ApiKeyCacheStatistics
  /** Grows with every change: what was read before one must not be kept after it. */
  readonly generation: number
  find(digest: string, now: number): T | undefined
  keep(digest: string, value: T, now: number, generation: number): void
  /** Forgets a key by its id. */
  forget(id: string): void
}

const longestTtl = 30_000

/**
 * Makes an empty cache.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when a bound cannot be kept.
 */
export function keyCache<T extends { readonly record: { readonly id: string } }>(
  options: ApiKeyCacheOptions,
): KeyCache<T> {
  const { max = 1000 } = options
  const ttl = parseDuration(options.ttl ?? longestTtl)
  if (!Number.isSafeInteger(max) || max < 1) throw invalidOption('cache.max', 'Use a whole number from 1.')
  if (ttl <= 0 || ttl > longestTtl) throw invalidOption('cache.ttl', "Use more than 0, and at most '30s'.")
  const entries = new Map<string, { readonly value: T; readonly since: number }>()
  const statistics = { hits: 0, misses: 0, entries: 0 }
  let generation = 0

  function find(digest: string, now: number): T | undefined {
    const entry = entries.get(digest)
    if (entry) entries.delete(digest)
    // A clock that was set back must not prolong anything.
    if (entry && now >= entry.since && now < entry.since + ttl) {
      entries.set(digest, entry)
      statistics.hits++
      return entry.value
    }
    statistics.entries = entries.size
    statistics.misses++
    return undefined
  }

  function keep(digest: string, value: T, now: number, readAt: number): void {
    if (readAt !== generation) return
    entries.set(digest, { value, since: now })
    for (const oldest of entries.keys()) {
      if (entries.size <= max) break
      entries.delete(oldest)
    }
    statistics.entries = entries.size
  }

  function forget(id: string): void {
    generation++
    for (const [digest, { value }] of entries) if (value.record.id === id) entries.delete(digest)
    statistics.entries = entries.size
  }

  return {
    statistics,
    get generation() {
      return generation
    },
    find,
    keep,
    forget,
  }
}
