import { systemClock, type Clock } from '@seaworthy/jwt/metadata'
import * as oauth from 'oauth4webapi'
import { authorizationServer, type AuthorizationServer } from './authorization-server.ts'
import { prepareAuth } from './client-auth.ts'
import { OAuth2Error } from './oauth2-error.ts'
import { providerFetch, type ProviderFetch } from './provider-fetch.ts'
import type { ProviderOptions } from './provider-options.ts'

/** A client of a provider: what every request of oauth4webapi takes. */
export interface ProviderClient {
  readonly server: AuthorizationServer
  readonly client: oauth.Client
  readonly authenticate: oauth.ClientAuth
  readonly fetch: ProviderFetch
  readonly clock: Clock
  /** The options of a request: it goes through the bounded fetch. */
  requestOptions(signal?: AbortSignal): RequestOptions
}

/** What the requests of oauth4webapi take, whatever they ask for. */
export interface RequestOptions {
  readonly [oauth.customFetch]: ProviderFetch
  readonly [oauth.allowInsecureRequests]: boolean
  readonly signal?: AbortSignal
}

/**
 * Prepares a client from its options, without a request.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when something in them cannot be used.
 */
export function providerClient(options: ProviderOptions): ProviderClient {
  const { clientId, clientAuth = { method: 'none' }, clock = systemClock } = options
  if (typeof clientId !== 'string' || clientId === '') throw new OAuth2Error('ERR_OAUTH2_OPTION', 'clientId is empty.')
  const server = authorizationServer(options, clock)
  const { authenticate, isMutualTls } = prepareAuth(clientAuth, () => clock.now())
  if (isMutualTls && !options.fetch) {
    throw new OAuth2Error('ERR_OAUTH2_OPTION', 'Mutual TLS needs a fetch that sends the certificate of the client.')
  }
  const fetch = providerFetch(options)
  return {
    server,
    client: { client_id: clientId, use_mtls_endpoint_aliases: isMutualTls },
    authenticate,
    fetch,
    clock,
    requestOptions: (signal) => ({
      [oauth.customFetch]: fetch,
      // The bounded fetch itself sees to HTTPS.
      [oauth.allowInsecureRequests]: true,
      ...(signal && { signal }),
    }),
  }
}
