import { parseDuration } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'
import type { ClientOptions } from './client-options.ts'
import type { IssuedToken } from './issued-token.ts'
import { raceSignal } from './race-signal.ts'

/** A token that is there when it is needed. */
export interface TokenSource {
  /** A token that is valid now. The signal ends the wait of this caller alone. */
  get(signal?: AbortSignal): Promise<IssuedToken>
  /** Another token in place of one that a service refused; `undefined` when there is none to be had now. */
  replace(refused: IssuedToken, signal?: AbortSignal): Promise<IssuedToken | undefined>
}

const firstBackoff = 1_000
const longestBackoff = 60_000
/** A token that is about to end may be over when it arrives. */
const margin = 10_000
/** A service that refuses every token causes at most one new token in this time. */
const replaceCooldown = 10_000

/**
 * Keeps a token. Concurrent needs are one request; it is replaced in the background before it ends; while the provider
 * fails it serves on as long as it is valid, and the provider is asked ever more rarely.
 *
 * @param obtain - Asks the provider for a token.
 * @param initial - A token that is already there.
 */
export function tokenSource(
  obtain: () => Promise<IssuedToken>,
  options: Pick<ClientOptions, 'refreshAhead' | 'random'>,
  now: () => number,
  initial?: IssuedToken,
): TokenSource {
  const ahead = parseDuration(options.refreshAhead ?? '1m')
  const random = options.random ?? Math.random
  let token: IssuedToken | undefined
  let refreshFrom = Infinity
  let pending: Promise<IssuedToken> | undefined
  let failure: { readonly error: unknown } | undefined
  let failures = 0
  let retryFrom = -Infinity
  let replacedAt = -Infinity
  if (initial) accept(initial)

  function accept(next: IssuedToken): void {
    token = next
    // Instances that began together do not come back together.
    refreshFrom = next.expiresAt - Math.min(ahead, next.lifetime / 2) * (1 - random() / 2)
    failures = 0
    failure = undefined
    retryFrom = -Infinity
  }

  function fail(error: unknown): void {
    const asked = error instanceof OAuth2Error ? (error.retryAfter ?? 0) : 0
    const backoff = Math.min(firstBackoff * 2 ** failures++, longestBackoff) * (1 - random() / 2)
    retryFrom = now() + Math.max(backoff, Math.min(asked, longestBackoff))
    failure = { error }
  }

  function refresh(): Promise<IssuedToken> {
    pending ??= attempt().finally(() => {
      pending = undefined
    })
    return pending
  }

  async function attempt(): Promise<IssuedToken> {
    try {
      const next = await obtain()
      accept(next)
      return next
    } catch (error) {
      fail(error)
      throw error
    }
  }

  function isUsable(known: IssuedToken): boolean {
    return now() < known.expiresAt - Math.min(margin, known.lifetime / 10)
  }

  async function get(signal?: AbortSignal): Promise<IssuedToken> {
    signal?.throwIfAborted()
    if (token && isUsable(token)) {
      // Whoever asks now does not wait, and what goes wrong is kept for those who have to.
      if (now() >= refreshFrom && now() >= retryFrom) void refresh().catch(() => undefined)
      return token
    }
    if (!pending && failure && now() < retryFrom) throw again(failure.error, retryFrom - now())
    return raceSignal(refresh(), signal)
  }

  async function replace(refused: IssuedToken, signal?: AbortSignal): Promise<IssuedToken | undefined> {
    if (token !== refused) return get(signal).catch(orLeave(signal))
    if (!pending) {
      if (now() < replacedAt + replaceCooldown || now() < retryFrom) return undefined
      replacedAt = now()
    }
    return raceSignal(refresh(), signal).catch(orLeave(signal))
  }

  return { get, replace }
}

/** Who left gets the reason; who stays makes do with the refusal of the service. */
function orLeave(signal: AbortSignal | undefined): () => undefined {
  return () => {
    signal?.throwIfAborted()
  }
}

/** Each caller has an error of its own. */
function again(failure: unknown, retryAfter: number): unknown {
  if (!(failure instanceof OAuth2Error)) return failure
  const { code, message, error } = failure
  return new OAuth2Error(code, message, { retryAfter, ...(error !== undefined && { error }) })
}
