import type * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import { accepted, conforming } from '../provider-answer.ts'
import type { ProviderClient, RequestOptions } from '../provider-client.ts'
import { issuedToken, type IssuedToken } from './issued-token.ts'
import type { ProofKey } from './proof-key.ts'

/** The options of a token request of oauth4webapi. */
export interface TokenRequestOptions extends RequestOptions {
  readonly DPoP?: oauth.DPoPHandle
}

/** One kind of token request: how it is sent, and how its answer is read. */
export interface TokenGrant {
  send(server: oauth.AuthorizationServer, options: TokenRequestOptions): Promise<Response>
  read(server: oauth.AuthorizationServer, answer: Response): Promise<oauth.TokenEndpointResponse>
}

/**
 * Sends one token request, and once more with a nonce where the provider asks for one (RFC 9449 §8).
 *
 * @throws {OAuth2Error} when the provider cannot be reached, refuses, or answers with what does not conform.
 */
export async function requestToken(
  provider: ProviderClient,
  grant: TokenGrant,
  proof: ProofKey | undefined,
  signal?: AbortSignal,
): Promise<IssuedToken> {
  const server = await provider.server.metadata()
  if (server.token_endpoint === undefined) {
    throw new OAuth2Error('ERR_OAUTH2_DISCOVERY', 'The provider names no token_endpoint.')
  }
  const handle = await proof?.()
  const options: TokenRequestOptions = { ...provider.requestOptions(signal), ...(handle && { DPoP: handle }) }
  const requestedAt = provider.clock.now()
  const send = async (): Promise<Response> => accepted(await conforming(() => grant.send(server, options), signal))
  const answer = await send().catch((error: unknown) => {
    // The nonce came with the refusal; without a key there is nothing to put it into.
    if (handle && error instanceof OAuth2Error && error.error === 'use_dpop_nonce') return send()
    throw error
  })
  const read = await conforming(() => grant.read(server, answer))
  return issuedToken(read, requestedAt, handle !== undefined)
}
