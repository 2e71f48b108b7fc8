import { systemClock } from '@seaworthy/jwt/metadata'
import { providerClient, type ProviderClient } from '../provider-client.ts'
import type { Fetch } from '../provider-options.ts'
import { authorizedFetch } from './authorized-fetch.ts'
import type { ClientClock, ClientOptions } from './client-options.ts'
import type { IssuedToken } from './issued-token.ts'
import { proofKey } from './proof-key.ts'
import { requestToken, type TokenGrant } from './request-token.ts'
import { retrySafely } from './retry-safely.ts'
import { tokenSource } from './token-source.ts'

/** What calls other services with a token. */
export interface AuthorizedClient {
  /**
   * As `fetch`, with a token. A token that was refused is replaced once; redirects within the origin keep it, and no
   * other origin sees it.
   *
   * @throws {OAuth2Error} when there is no token to be had.
   */
  readonly fetch: Fetch
  /**
   * A token that is valid now, for what is not called by `fetch`. It is a credential: it belongs in no log.
   *
   * @throws {OAuth2Error} when there is none to be had.
   */
  accessToken(options?: { readonly signal?: AbortSignal }): Promise<string>
}

/** What the grants of one client share: who it is, its key and its time. */
export interface GrantClient {
  readonly provider: ProviderClient
  readonly clock: ClientClock
  /** Sends a token request. */
  request(grant: TokenGrant, signal?: AbortSignal): Promise<IssuedToken>
  /** Sends one that does no harm when it is sent twice. */
  requestSafely(grant: TokenGrant): Promise<IssuedToken>
  /** Calls with the tokens that `obtain` gets. */
  authorized(obtain: () => Promise<IssuedToken>, initial?: IssuedToken): AuthorizedClient
}

/**
 * Prepares a client, without a request.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when something in the options cannot be used.
 */
export function grantClient(options: ClientOptions): GrantClient {
  const clock = options.clock ?? systemClock
  const provider = providerClient(options)
  const proof = proofKey(options.dpop, clock)
  const request: GrantClient['request'] = (grant, signal) => requestToken(provider, grant, proof, signal)
  return {
    provider,
    clock,
    request,
    requestSafely: (grant) => retrySafely(() => request(grant), options, clock),
    authorized(obtain, initial) {
      const source = tokenSource(obtain, options, () => clock.now(), initial)
      return Object.freeze({
        fetch: authorizedFetch(source, proof, options),
        async accessToken({ signal }: { readonly signal?: AbortSignal } = {}) {
          return (await source.get(signal)).accessToken
        },
      })
    },
  }
}
