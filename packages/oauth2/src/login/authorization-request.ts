import * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import { accepted, conforming } from '../provider-answer.ts'
import type { ProviderClient } from '../provider-client.ts'
import type { LoginAttempt } from './login-attempts.ts'

/** What is asked for besides what every login asks for. */
export interface AuthorizationOptions {
  readonly parameters?: Readonly<Record<string, string>>
  /** Whether the parameters are pushed (RFC 9126). @default 'offered' */
  readonly par?: boolean | 'offered'
}

type Parameters = Readonly<Record<string, string>>

/** What the parameters of a login may not be: they are seen to. */
const ownParameters = new Set([
  ...['client_id', 'response_type', 'response_mode', 'redirect_uri', 'scope', 'state', 'nonce', 'max_age'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri'],
])

/**
 * Makes the address that the browser of an attempt is sent to (OpenID Connect Core 1.0 §3.1.2.1).
 *
 * @param maxAge - Seconds since the person proved who they are.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` for a parameter that is seen to already.
 */
export function authorizationRequest(
  provider: ProviderClient,
  client: () => oauth.Client,
  scope: string,
  { parameters = {}, par = 'offered' }: AuthorizationOptions,
  maxAge: number | undefined,
): (attempt: LoginAttempt) => Promise<string> {
  for (const name of Object.keys(parameters)) {
    if (ownParameters.has(name)) throw new OAuth2Error('ERR_OAUTH2_OPTION', `parameters.${name} is seen to already.`)
  }
  const { client_id: clientId } = provider.client

  async function parametersOf(attempt: LoginAttempt): Promise<Parameters> {
    return {
      ...parameters,
      client_id: clientId,
      response_type: 'code',
      redirect_uri: attempt.redirectUri,
      scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
    }
  }

  /** Only a reference goes through the browser, where the provider keeps the parameters (RFC 9126). */
  async function pushed(server: oauth.AuthorizationServer, asked: Parameters): Promise<Parameters> {
    const isOffered = server.pushed_authorization_request_endpoint !== undefined
    const isNeeded = par === true || server.require_pushed_authorization_requests === true
    if (isNeeded && !isOffered) throw missingEndpoint('pushed_authorization_request_endpoint')
    if (par === false || !isOffered) return asked
    const options = provider.requestOptions()
    const answer = await conforming(() =>
      oauth.pushedAuthorizationRequest(server, client(), provider.authenticate, { ...asked }, options),
    )
    const good = await accepted(answer)
    const { request_uri } = await conforming(() => oauth.processPushedAuthorizationResponse(server, client(), good))
    return { client_id: clientId, request_uri }
  }

  return async (attempt) => {
    const server = await provider.server.metadata()
    const endpoint = await provider.server.endpoint('authorization_endpoint')
    if (endpoint === undefined) throw missingEndpoint('authorization_endpoint')
    const url = new URL(endpoint)
    for (const [name, value] of Object.entries(await pushed(server, await parametersOf(attempt)))) {
      url.searchParams.set(name, value)
    }
    return url.href
  }
}

/** The error for a provider that cannot do what is asked for. */
export function missingEndpoint(name: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_DISCOVERY', `The provider names no ${name}.`)
}
