import * as oauth from 'oauth4webapi'
import { grantClient, type AuthorizedClient } from './authorized-client.ts'
import type { ClientOptions } from './client-options.ts'
import { requestParameters } from './request-parameters.ts'

/** Options of {@link clientCredentials}. */
export interface ClientCredentialsOptions extends ClientOptions {
  readonly clientAuth: NonNullable<ClientOptions['clientAuth']>
}

/**
 * Calls other services in this service's own name (RFC 6749 §4.4). Its token is requested by the first call, and kept.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when something in the options cannot be used.
 */
export function clientCredentials(options: ClientCredentialsOptions): AuthorizedClient {
  const { provider, requestSafely, authorized } = grantClient(options)
  const { client, authenticate } = provider
  const parameters = requestParameters(options)
  return authorized(() =>
    requestSafely({
      send: (server, given) => oauth.clientCredentialsGrantRequest(server, client, authenticate, parameters, given),
      read: (server, answer) => oauth.processClientCredentialsResponse(server, client, answer),
    }),
  )
}
