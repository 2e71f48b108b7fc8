import { parseDuration, parseSize, type Duration, type Size } from '@seaworthy/middleware'
import { JwtError } from './jwt-error.ts'

/** Bounds of the cache of verified tokens. */
export interface TokenCacheOptions {
  /** The most tokens. @default 1000 */
  readonly max?: number
  /** The most memory, by an estimate. @default '8MiB' */
  readonly maxBytes?: Size
  /** The longest that a token is not verified again: at most five minutes. @default '5m' */
  readonly ttl?: Duration
}

/** How a cache has done. */
export interface TokenCacheStatistics {
  /** Tokens that were found. */
  readonly hits: number
  /** Tokens that had to be verified. */
  readonly misses: number
  /** Tokens that are in it. */
  readonly entries: number
  /** Its memory, by an estimate. */
  readonly bytes: number
}

/** What is kept of a verified token. */
export interface CachedToken {
  /** Milliseconds: it is not used from then on. */
  readonly until: number
  /** Milliseconds: it is not used before. */
  readonly from: number
  readonly bytes: number
}

/** Verified tokens by their digest. The ones that were used last stay. */
export interface TokenCache<T extends CachedToken> {
  readonly statistics: TokenCacheStatistics
  /** Milliseconds. */
  readonly ttl: number
  /** A token that may be used now and for which `isCurrent` holds. Any other is dropped. */
  find(digest: string, now: number, isCurrent: (token: T) => boolean): T | undefined
  keep(digest: string, token: T): void
  drop(digest: string): void
}

const longestTtl = 300_000

/**
 * Makes an empty cache.
 *
 * @throws {JwtError} `ERR_JWT_OPTION` when a bound cannot be kept.
 */
export function tokenCache<T extends CachedToken>(options: TokenCacheOptions): TokenCache<T> {
  const { max = 1000 } = options
  const maxBytes = parseSize(options.maxBytes ?? '8MiB')
  const ttl = parseDuration(options.ttl ?? '5m')
  if (!Number.isInteger(max) || max < 1) throw notKept('max', 'a whole number from 1')
  if (ttl <= 0 || ttl > longestTtl) throw notKept('ttl', 'more than 0, and at most 5m')
  const tokens = new Map<string, T>()
  const statistics = { hits: 0, misses: 0, entries: 0, bytes: 0 }

  function drop(digest: string): void {
    const token = tokens.get(digest)
    if (!token) return
    tokens.delete(digest)
    statistics.bytes -= token.bytes
    statistics.entries = tokens.size
  }

  function keep(digest: string, token: T): void {
    drop(digest)
    if (token.bytes > maxBytes) return
    tokens.set(digest, token)
    statistics.bytes += token.bytes
    for (const oldest of tokens.keys()) {
      if (tokens.size <= max && statistics.bytes <= maxBytes) break
      drop(oldest)
    }
    statistics.entries = tokens.size
  }

  function find(digest: string, now: number, isCurrent: (token: T) => boolean): T | undefined {
    const token = tokens.get(digest)
    if (token && now >= token.from && now < token.until && isCurrent(token)) {
      statistics.hits++
      tokens.delete(digest)
      tokens.set(digest, token)
      return token
    }
    statistics.misses++
    drop(digest)
    return undefined
  }

  return { statistics, ttl, find, keep, drop }
}

function notKept(option: string, bound: string): JwtError {
  return new JwtError(
    'ERR_JWT_OPTION',
    `cache.${option} has to be ${bound}. To verify every token anew, write cache: false.`,
  )
}
