import { parseDuration } from '@seaworthy/middleware'
import { steadyClock, type Clock } from './clock.ts'
import { documentUrl } from './document-url.ts'
import { fetchBounds, type DocumentOptions } from './fetch-bounds.ts'
import { fetchDocument, type FetchBounds } from './fetch-document.ts'
import { JwtError } from './jwt-error.ts'
import type { JsonObject } from './parse-json-object.ts'

/** Settings of {@link issuerMetadata}. */
export interface MetadataOptions extends DocumentOptions {
  /** What age is measured by. @default the time since the process began */
  readonly clock?: Clock
}

/** What an issuer says of itself. */
export interface IssuerMetadata {
  /**
   * The metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2), which is kept for an hour. Who asks at once shares one
   * fetch.
   *
   * @throws {JwtError} `ERR_JWT_DISCOVERY` when it cannot be had or names another issuer.
   */
  read(): Promise<Readonly<JsonObject>>
  /** Has it fetched again by the next read. */
  forget(): void
}

/**
 * The metadata of an issuer: `/.well-known/openid-configuration`, else `/.well-known/oauth-authorization-server`. It
 * must name exactly this issuer (RFC 8414 §3.3).
 *
 * @throws {JwtError} `ERR_JWT_URL` when the issuer is not an HTTPS address without query and fragment, and
 *   `ERR_JWT_OPTION` for a bound that cannot be kept.
 */
export function issuerMetadata(issuer: string, options: MetadataOptions = {}): IssuerMetadata {
  const addresses = metadataAddresses(issuer)
  const bounds = fetchBounds(options)
  const clock = options.clock ?? steadyClock
  const maxAge = parseDuration('1h')
  let known: { readonly metadata: JsonObject; readonly until: number } | undefined
  let pending: Promise<JsonObject> | undefined

  async function load(): Promise<JsonObject> {
    try {
      const metadata = await fetchMetadata(issuer, addresses, bounds)
      known = { metadata, until: clock.now() + maxAge }
      return metadata
    } finally {
      pending = undefined
    }
  }

  return {
    async read() {
      if (known && clock.now() < known.until) return known.metadata
      return (pending ??= load())
    },
    forget() {
      known = undefined
    },
  }
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
