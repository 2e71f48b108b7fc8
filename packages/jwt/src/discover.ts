import { steadyClock } from './clock.ts'
import { documentUrl, isLoopbackName } from './document-url.ts'
import { fetchBounds } from './fetch-bounds.ts'
import { fetchDocument, type FetchedDocument } from './fetch-document.ts'
import { issuerMetadata } from './issuer-metadata.ts'
import { JwtError } from './jwt-error.ts'
import type { Jwks } from './jwks.ts'
import type { JsonObject } from './parse-json-object.ts'
import { refreshedKeys } from './refreshed-keys.ts'
import { refreshTimes, type RefreshOptions } from './remote-jwks.ts'

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
  const metadata = issuerMetadata(issuer, options)
  const bounds = fetchBounds(options)

  async function load(): Promise<FetchedDocument> {
    try {
      return await fetchDocument(keysAddress(issuer, await metadata.read()), bounds)
    } catch (error) {
      // The keys may have moved.
      metadata.forget()
      throw error
    }
  }

  const keys = refreshedKeys(load, refreshTimes(options), options.clock ?? steadyClock)
  return Object.assign(keys, { metadata: () => metadata.read() })
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
