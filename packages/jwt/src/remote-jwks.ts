import { parseDuration, parseSize, type Duration, type Size } from '@seaworthy/middleware'
import { steadyClock, type Clock } from './clock.ts'
import { documentUrl } from './document-url.ts'
import { fetchDocument, type DocumentFetch, type FetchBounds } from './fetch-document.ts'
import { JwtError } from './jwt-error.ts'
import type { Jwks } from './jwks.ts'
import type { Resolve } from './public-host.ts'
import { refreshedKeys, type RefreshTimes } from './refreshed-keys.ts'

/** How keys are fetched, from wherever they come. */
export interface RefreshOptions {
  /** The longest that keys are used without asking again. `Cache-Control` may shorten it, down to `cooldown`. @default '10m' */
  readonly maxAge?: Duration
  /** How long before the end of their time keys are fetched in the background. @default '1m' */
  readonly refreshAhead?: Duration
  /** How much longer keys are used while the endpoint fails. @default '1h' */
  readonly staleIfError?: Duration
  /** Unknown key ids cause at most one fetch in this time. @default '30s' */
  readonly cooldown?: Duration
  /** For a whole fetch. @default '5s' */
  readonly timeout?: Duration
  /** The largest document. @default '512KiB' */
  readonly maxBytes?: Size
  /** What sends the request. It must not follow redirects. @default the global fetch */
  readonly fetch?: DocumentFetch
  /**
   * Refuses hosts that have addresses of private networks or of this machine. Always on for the issuers of
   * `resolveIssuer`. @default false
   */
  readonly publicOnly?: boolean
  /** Finds the addresses for `publicOnly`. @default the system's resolver */
  readonly resolve?: Resolve
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

/** The bounds of each fetch, from options. */
export function fetchBounds(options: RefreshOptions): FetchBounds {
  const timeout = parseDuration(options.timeout ?? '5s')
  const maxBytes = parseSize(options.maxBytes ?? '512KiB')
  if (timeout === 0 || timeout > 2 ** 31 - 1) throw notKept('timeout', 'more than 0, and at most 24 days')
  if (maxBytes === 0) throw notKept('maxBytes', 'at least 1')
  return {
    fetch: options.fetch,
    timeout,
    maxBytes,
    publicOnly: options.publicOnly ? { resolve: options.resolve } : false,
  }
}

/** The times of refreshing, from options. */
export function refreshTimes(options: RefreshOptions): RefreshTimes {
  const maxAge = parseDuration(options.maxAge ?? '10m')
  if (maxAge === 0) throw notKept('maxAge', 'more than 0')
  return {
    maxAge,
    refreshAhead: parseDuration(options.refreshAhead ?? '1m'),
    staleIfError: parseDuration(options.staleIfError ?? '1h'),
    cooldown: parseDuration(options.cooldown ?? '30s'),
  }
}

function notKept(option: string, bound: string): JwtError {
  return new JwtError('ERR_JWT_OPTION', `${option} has to be ${bound}.`)
}
