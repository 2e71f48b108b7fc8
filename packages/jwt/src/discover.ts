import { parseDuration } from '@seaworthy/middleware'
import { steadyClock } from './clock.ts'
import { documentUrl, isLoopbackName } from './document-url.ts'
import { fetchDocument, type FetchBounds, type FetchedDocument } from './fetch-document.ts'
import { JwtError } from './jwt-error.ts'
import type { Jwks } from './jwks.ts'
import type { JsonObject } from './parse-json-object.ts'
import { refreshedKeys } from './refreshed-keys.ts'
import { fetchBounds, refreshTimes, type RefreshOptions } from './remote-jwks.ts'

/** The keys of an issuer, and what else it says of itself. */
export interface DiscoveredIssuer extends Jwks {
  /**
   * The issuer's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).
   *
   * @throws {JwtError} `ERR_JWT_DISCOVERY` when it cannot be had or names another issuer.
   */
  metadata(): Promise<Readonly<JsonObject>>
}

/**
 * Finds the keys of an issuer by its metadata: `/.well-known/openid-configuration`, else
 * `/.well-known/oauth-authorization-server`. The metadata must name exactly this issuer (RFC 8414 §3.3).
 *
 * @throws {JwtError} `ERR_JWT_URL` when the issuer is not an HTTPS address without query and fragment.
 */
export function discover(issuer: string, options: RefreshOptions = {}): DiscoveredIssuer {
  const addresses = metadataAddresses(issuer)
  const bounds = fetchBounds(options)
  const clock = options.clock ?? steadyClock
  const maxAge = parseDuration('1h')
  let known: { readonly metadata: JsonObject; readonly until: number } | undefined

  async function metadata(): Promise<JsonObject> {
    if (known && clock.now() < known.until) return known.metadata
    const found = await fetchMetadata(issuer, addresses, bounds)
    known = { metadata: found, until: clock.now() + maxAge }
    return found
  }

  async function load(): Promise<FetchedDocument> {
    try {
      return await fetchDocument(keysAddress(issuer, await metadata()), bounds)
    } catch (error) {
      // The keys may have moved.
      known = undefined
      throw error
    }
  }

  return Object.assign(refreshedKeys(load, refreshTimes(options), clock), { metadata })
}

/** OpenID Connect appends to the path of the issuer (§4), RFC 8414 inserts before it (§3.1). */
function metadataAddresses(issuer: string): readonly string[] {
  const { origin, pathname, search, hash } = documentUrl(issuer)
  if (search !== '' || hash !== '') throw new JwtError('ERR_JWT_URL', 'An issuer has neither query nor fragment.')
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

async function fetchMetadata(issuer: string, addresses: readonly string[], bounds: FetchBounds): Promise<JsonObject> {
  const failures: unknown[] = []
  for (const address of addresses) {
    try {
      const { document } = await fetchDocument(address, bounds)
      if (document['issuer'] !== issuer) throw new Error('the metadata names another issuer')
      return Object.freeze(document)
    } catch (error) {
      failures.push(error)
    }
  }
  const reasons = failures.map((each) => (each instanceof Error ? each.message : 'an unknown error')).join('; ')
  throw new JwtError('ERR_JWT_DISCOVERY', `The metadata of the issuer cannot be had: ${reasons}.`, { cause: failures })
}

/** Only an issuer within this machine may have its keys here, in the clear. */
function keysAddress(issuer: string, metadata: JsonObject): string {
  const { jwks_uri: address } = metadata
  if (typeof address !== 'string') throw new JwtError('ERR_JWT_DISCOVERY', 'The metadata has no jwks_uri.')
  const url = documentUrl(address)
  if (isLoopbackName(url.hostname) && !isLoopbackName(documentUrl(issuer).hostname)) {
    throw new JwtError('ERR_JWT_DISCOVERY', 'The metadata has a jwks_uri within this machine.')
  }
  return url.href
}
