import { parseDuration, type Duration } from '@seaworthy/middleware'
import { BasicAuthError } from './basic-auth-error.ts'
import type { Clock } from './clock.ts'
import type { Statistics } from './credential-check.ts'

/** Bounds of the cache of verified passwords. */
export interface PasswordCacheOptions {
  /** The longest that a password is not verified again: at most a minute. @default '60s' */
  readonly ttl?: Duration
  /** The most entries. @default 1000 */
  readonly max?: number
}

/** What was verified, by the digest of the credentials. The ones that were used last stay. */
export interface PasswordCache<T> {
  find(digest: string): T | undefined
  keep(digest: string, value: T): void
}

const longestTtl = 60_000

/**
 * Makes an empty cache.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_OPTION` when a bound cannot be kept.
 */
export function passwordCache<T>(
  options: PasswordCacheOptions,
  clock: Clock,
  statistics: Pick<Statistics, 'entries'>,
): PasswordCache<T> {
  const { max = 1000 } = options
  const ttl = parseDuration(options.ttl ?? '60s')
  if (!Number.isInteger(max) || max < 1) throw notKept('max', 'a whole number from 1')
  if (ttl <= 0 || ttl > longestTtl) throw notKept('ttl', 'more than 0, and at most 60s')
  const entries = new Map<string, { readonly value: T; readonly until: number }>()

  function find(digest: string): T | undefined {
    const entry = entries.get(digest)
    if (!entry) return undefined
    entries.delete(digest)
    const isCurrent = clock.now() < entry.until
    if (isCurrent) entries.set(digest, entry)
    else statistics.entries = entries.size
    return isCurrent ? entry.value : undefined
  }

  function keep(digest: string, value: T): void {
    entries.delete(digest)
    entries.set(digest, { value, until: clock.now() + ttl })
    for (const oldest of entries.keys()) {
      if (entries.size <= max) break
      entries.delete(oldest)
    }
    statistics.entries = entries.size
  }

  return { find, keep }
}

function notKept(option: string, bound: string): BasicAuthError {
  return new BasicAuthError(
    'ERR_BASIC_AUTH_OPTION',
    `cache.${option} has to be ${bound}. To verify every request anew, write cache: false.`,
  )
}
