import { isLoopbackName, issuerMetadata, JwtError, type Clock, type JsonObject } from '@seaworthy/jwt/metadata'
import { parseDuration } from '@seaworthy/middleware'
import type * as oauth from 'oauth4webapi'
import { OAuth2Error } from './oauth2-error.ts'
import { endpointUrl } from './provider-fetch.ts'
import type { ProviderOptions } from './provider-options.ts'

/** What a provider says of itself, as oauth4webapi takes it. */
export interface AuthorizationServer {
  readonly issuer: string
  /**
   * Its metadata: kept for an hour, and for a day while they cannot be had again.
   *
   * @throws {OAuth2Error} `ERR_OAUTH2_DISCOVERY` when they cannot be had or name another issuer.
   */
  metadata(): Promise<oauth.AuthorizationServer>
  /**
   * The address of an endpoint, `undefined` when the provider has none.
   *
   * @throws {OAuth2Error} `ERR_OAUTH2_DISCOVERY` when it is not HTTPS, or on this machine and the issuer is not.
   */
  endpoint(name: EndpointName): Promise<string | undefined>
}

/** The endpoints that a user's browser is sent to. */
export type EndpointName = 'authorization_endpoint' | 'end_session_endpoint'

const firstBackoff = 1_000
const longestBackoff = 60_000

/**
 * Finds the metadata of a provider when they are first needed.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when the issuer is not an HTTPS address without query and fragment.
 */
export function authorizationServer(
  { issuer, fetch, timeout, maxBytes }: Pick<ProviderOptions, 'issuer' | 'fetch' | 'timeout' | 'maxBytes'>,
  clock: Clock,
): AuthorizationServer {
  const found = asOption(() =>
    issuerMetadata(issuer, {
      clock,
      ...(fetch && { fetch }),
      ...(timeout !== undefined && { timeout }),
      ...(maxBytes !== undefined && { maxBytes }),
    }),
  )
  const isLocal = isLoopbackName(new URL(issuer).hostname)
  const staleFor = parseDuration('1d')
  let last: { readonly metadata: oauth.AuthorizationServer; readonly from: JsonObject; readonly at: number } | undefined
  let failures = 0
  let retryFrom = -Infinity
  let failure: unknown

  async function metadata(): Promise<oauth.AuthorizationServer> {
    if (clock.now() < retryFrom) return fallBack()
    try {
      const from = await found.read()
      if (last?.from !== from) last = { metadata: { ...from, issuer }, from, at: clock.now() }
      failures = 0
      return last.metadata
    } catch (error) {
      failure = error
      // Those who shared the fetch count as one.
      if (clock.now() >= retryFrom) retryFrom = clock.now() + Math.min(firstBackoff * 2 ** failures++, longestBackoff)
      return fallBack()
    }
  }

  function fallBack(): oauth.AuthorizationServer {
    if (last && clock.now() < last.at + staleFor) return last.metadata
    const why = failure instanceof JwtError ? failure.message : 'The metadata of the issuer cannot be had.'
    const retryAfter = Math.max(1, retryFrom - clock.now())
    throw new OAuth2Error('ERR_OAUTH2_DISCOVERY', why, { cause: failure, retryAfter })
  }

  async function endpoint(name: EndpointName): Promise<string | undefined> {
    const { [name]: address } = await metadata()
    return address === undefined ? undefined : endpointUrl(String(address), isLocal)
  }

  return { issuer, metadata, endpoint }
}

function asOption<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof JwtError)) throw error
    throw new OAuth2Error('ERR_OAUTH2_OPTION', `issuer: ${error.message}`, { cause: error })
  }
}
