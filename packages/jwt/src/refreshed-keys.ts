import type { MaybePromise } from '@seaworthy/middleware'
import type { Clock } from './clock.ts'
import { JwtError } from './jwt-error.ts'
import { keySource, type Jwks, type JwksReport, type KeysUnavailable } from './jwks.ts'
import { findKeys, readKeySet, type KeyQuery, type KeySet } from './key-set.ts'
import type { FetchedDocument } from './fetch-document.ts'
import type { VerificationKey } from './verification-key.ts'

/** When keys are loaded again, in milliseconds. */
export interface RefreshTimes {
  readonly maxAge: number
  readonly refreshAhead: number
  readonly staleIfError: number
  readonly cooldown: number
}

const firstBackoff = 1_000
const longestBackoff = 60_000

/** Keys that are loaded when they are needed, and again before they are old. */
export function refreshedKeys(load: () => Promise<FetchedDocument>, times: RefreshTimes, clock: Clock): Jwks {
  let set: KeySet | undefined
  let freshUntil = -Infinity
  let refreshFrom = -Infinity
  let attemptedAt = -Infinity
  let retryFrom = -Infinity
  let failures = 0
  let failure: unknown
  let pending: Promise<void> | undefined

  /** One load for all who need it. It does not reject. */
  function refresh(): Promise<void> {
    return (pending ??= attempt().finally(() => {
      pending = undefined
    }))
  }

  async function attempt(): Promise<void> {
    attemptedAt = clock.now()
    try {
      const { document, maxAge } = await load()
      accept(usable(readKeySet(document, set)), maxAge)
    } catch (error) {
      failure = error
      retryFrom = clock.now() + Math.min(firstBackoff * 2 ** failures++, longestBackoff)
    }
  }

  function accept(next: KeySet, told: number | undefined): void {
    const lifetime = Math.min(Math.max(told ?? times.maxAge, times.cooldown), times.maxAge)
    set = next
    freshUntil = clock.now() + lifetime
    refreshFrom = freshUntil - Math.min(times.refreshAhead, lifetime / 2)
    failures = 0
    failure = undefined
  }

  /** Whether there are keys that may be used now. Has them loaded again in the background when it is time. */
  function isUsable(now: number): boolean {
    const isFresh = now < freshUntil
    // Old keys serve only while the new ones cannot be had, and then nobody waits for the attempts.
    if (!isFresh && !(failures > 0 && now < freshUntil + times.staleIfError)) return false
    if (now >= refreshFrom && now >= retryFrom) void refresh()
    return set !== undefined
  }

  function find(query: KeyQuery): MaybePromise<readonly VerificationKey[] | KeysUnavailable> {
    const now = clock.now()
    if (isUsable(now)) return findAmong(query, now)
    if (now < retryFrom) return unavailable(now)
    return refresh().then(() => (isUsable(clock.now()) ? known(query) : unavailable(clock.now())))
  }

  function findAmong(query: KeyQuery, now: number): MaybePromise<readonly VerificationKey[] | KeysUnavailable> {
    const found = known(query)
    if (found.length > 0) return found
    const isDue = now >= attemptedAt + times.cooldown && now >= retryFrom
    if (isDue || pending) return refresh().then(() => orUnavailable(known(query)))
    return orUnavailable(found)
  }

  /** While the keys cannot be had, a key that is not known may be a new one. */
  function orUnavailable(found: readonly VerificationKey[]): readonly VerificationKey[] | KeysUnavailable {
    return found.length === 0 && failures > 0 ? unavailable(clock.now()) : found
  }

  function known(query: KeyQuery): readonly VerificationKey[] {
    return set ? findKeys(set, query) : []
  }

  function unavailable(now: number): KeysUnavailable {
    return { unavailable: 'the keys cannot be had', retryAfter: Math.max(1, Math.ceil((retryFrom - now) / 1000)) }
  }

  async function warmUp(): Promise<void> {
    if (pending || clock.now() >= freshUntil) await refresh()
    if (!isUsable(clock.now())) throw noKeys(failure)
  }

  async function check(): Promise<JwksReport> {
    const isDue = clock.now() >= retryFrom
    if (clock.now() >= freshUntil && isDue) await refresh()
    if (!isUsable(clock.now()) || !set) throw noKeys(failure)
    const measured = { observedValue: set.keys.size, observedUnit: 'keys' } as const
    if (failures > 0) return { status: 'warn', output: `old keys are used: ${reasonOf(failure)}`, ...measured }
    if (set.unfit.length > 0) return { status: 'warn', output: set.unfit.join('; '), ...measured }
    return { status: 'pass', ...measured }
  }

  function holds(key: VerificationKey): boolean {
    return set !== undefined && set.keys.has(key) && isUsable(clock.now())
  }

  return { [keySource]: { find, holds }, warmUp, check }
}

/** Over the network come public keys alone: a secret there is none. */
function usable(read: KeySet | string): KeySet {
  if (typeof read === 'string') throw new Error(read)
  const keys = new Set([...read.keys].filter(({ kty }) => kty !== 'oct'))
  if (keys.size === 0) throw new Error(['no key that can be used', ...read.unfit, ...read.unrelated].join('; '))
  return { ...read, keys }
}

function noKeys(cause: unknown): JwtError {
  return new JwtError('ERR_JWT_JWKS', `The keys cannot be had: ${reasonOf(cause)}.`, { cause })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'an unknown error'
}
