import { parseDuration, type Duration } from '@seaworthy/middleware'
import { steadyClock, type Clock } from './clock.ts'
import { documentUrl } from './document-url.ts'
import { fetchBounds, optionNotKept, type DocumentOptions } from './fetch-bounds.ts'
import { fetchDocument } from './fetch-document.ts'
import type { Jwks } from './jwks.ts'
import { refreshedKeys, type RefreshTimes } from './refreshed-keys.ts'

/** How keys are fetched, from wherever they come. */
export interface RefreshOptions extends DocumentOptions {
  /** The longest that keys are used without asking again. `Cache-Control` may shorten it, down to `cooldown`. @default '10m' */
  readonly maxAge?: Duration
  /** How long before the end of their time keys are fetched in the background. @default '1m' */
  readonly refreshAhead?: Duration
  /** How much longer keys are used while the endpoint fails. @default '1h' */
  readonly staleIfError?: Duration
  /** Unknown key ids cause at most one fetch in this time. @default '30s' */
  readonly cooldown?: Duration
  /** What age is measured by. @default the time since the process began */
  readonly clock?: Clock
}

/** Settings of {@link remoteJwks}. */
export interface RemoteJwksOptions extends RefreshOptions {
  /** The address of the JWK Set. HTTPS, or within this machine. */
  readonly url: string | URL
}

/**
 * The keys of a JWKS endpoint (RFC 7517 §5), kept and refreshed.
 *
 * @throws {JwtError} `ERR_JWT_URL` when the address is not HTTPS, and `ERR_JWT_OPTION` for a bound that cannot be kept.
 */
export function remoteJwks(options: RemoteJwksOptions): Jwks {
  const url = documentUrl(options.url).href
  const bounds = fetchBounds(options)
  return refreshedKeys(() => fetchDocument(url, bounds), refreshTimes(options), options.clock ?? steadyClock)
}

/** The times of refreshing, from options. */
export function refreshTimes(options: RefreshOptions): RefreshTimes {
  const maxAge = parseDuration(options.maxAge ?? '10m')
  if (maxAge === 0) throw optionNotKept('maxAge', 'more than 0')
  return {
    maxAge,
    refreshAhead: parseDuration(options.refreshAhead ?? '1m'),
    staleIfError: parseDuration(options.staleIfError ?? '1h'),
    cooldown: parseDuration(options.cooldown ?? '30s'),
  }
}
