import { parseDuration, type Duration } from '@seaworthy/middleware'
import * as oauth from 'oauth4webapi'
import { requestToken } from '../client/request-token.ts'
import type { IssuedToken } from '../client/issued-token.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { accepted, conforming } from '../provider-answer.ts'
import type { ProviderClient } from '../provider-client.ts'
import { authorizationRequest, missingEndpoint, type AuthorizationOptions } from './authorization-request.ts'
import type { LoginAttempt } from './login-attempts.ts'

/** What a provider tells of somebody who has logged in. */
export interface ProvenLogin {
  readonly token: IssuedToken
  readonly idToken: string
  readonly claims: oauth.IDToken
  /** What the provider granted; `undefined` when it is what was asked for. */
  readonly scope: string | undefined
}

/** The conversation with the provider. */
export interface ProviderLogin {
  /** Where the browser is sent to for an attempt. */
  authorizationUrl(attempt: LoginAttempt): Promise<string>
  /**
   * Reads where the browser was sent back to, and gets the tokens.
   *
   * @throws {AnswerError} for an answer that is no code.
   * @throws {OAuth2Error} when the provider cannot be reached, refuses, or answers with what does not conform.
   */
  prove(answer: URLSearchParams, attempt: LoginAttempt): Promise<ProvenLogin>
  /** What the userinfo endpoint tells of the same person. */
  userInfo(login: ProvenLogin): Promise<Readonly<Record<string, unknown>>>
  /** New tokens for a refresh token of the person `subject`. */
  refresh(refreshToken: string, subject: string): Promise<{ readonly token: IssuedToken; readonly idToken?: string }>
  /** Has a refresh token taken no more (RFC 7009), where the provider can do that. */
  revoke(refreshToken: string): Promise<void>
}

/** An answer of the provider by way of the browser that is no code. */
export class AnswerError extends Error {
  /** The provider's own word, if it refused. */
  readonly refusal: string | undefined

  constructor(refusal: string | undefined) {
    super('The answer is no code.')
    this.refusal = refusal
  }
}

/**
 * Prepares the conversation.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` for a parameter that is seen to already.
 */
export function providerLogin(
  provider: ProviderClient,
  scope: string,
  options: AuthorizationOptions & { readonly maxAge?: Duration },
): ProviderLogin {
  const { maxAge } = options
  const oldest = maxAge === undefined ? undefined : Math.floor(parseDuration(maxAge) / 1000)

  /** The options of requests without a body, which `RequestInit` does not know as `undefined`. */
  const reading = {
    ...provider.requestOptions(),
    [oauth.customFetch]: (url: string, { body: _body, ...init }: oauth.CustomFetchOptions<'GET', undefined>) =>
      provider.fetch(url, init),
  }

  /** The client with the clock of the options, which oauth4webapi knows as a skew. */
  function client(): oauth.Client {
    const skew = Math.round((provider.clock.now() - Date.now()) / 1000)
    return { ...provider.client, [oauth.clockSkew]: skew, [oauth.clockTolerance]: 5 }
  }

  async function prove(parameters: URLSearchParams, attempt: LoginAttempt): Promise<ProvenLogin> {
    const server = await provider.server.metadata()
    const code = readAnswer(server, client(), parameters, attempt.state)
    let read: { readonly answer: oauth.TokenEndpointResponse; readonly response: Response } | undefined
    const token = await requestToken(
      provider,
      {
        send: (_server, options) =>
          oauth.authorizationCodeGrantRequest(
            server,
            client(),
            provider.authenticate,
            code,
            attempt.redirectUri,
            attempt.verifier,
            options,
          ),
        async read(_server, response) {
          const answer = await oauth.processAuthorizationCodeResponse(server, client(), response, {
            expectedNonce: attempt.nonce,
            requireIdToken: true,
            ...(oldest !== undefined && { maxAge: oldest }),
          })
          read = { answer, response }
          return answer
        },
      },
      undefined,
    )
    const { answer, response } = read ?? {}
    const claims = answer && oauth.getValidatedIdTokenClaims(answer)
    if (!answer?.id_token || !response || !claims) throw new OAuth2Error('ERR_OAUTH2_RESPONSE', 'There is no ID token.')
    // It came by TLS, which would do (OpenID Connect Core 1.0 §3.1.3.7); a proxy in between may end that.
    await conforming(() => oauth.validateApplicationLevelSignature(server, response, reading))
    return { token, idToken: answer.id_token, claims, scope: answer.scope }
  }

  async function userInfo({ token, claims }: ProvenLogin): Promise<Readonly<Record<string, unknown>>> {
    const server = await provider.server.metadata()
    if (server.userinfo_endpoint === undefined) throw missingEndpoint('userinfo_endpoint')
    const answer = await conforming(() => oauth.userInfoRequest(server, client(), token.accessToken, reading))
    const good = await accepted(answer)
    return conforming(() => oauth.processUserInfoResponse(server, client(), claims.sub, good))
  }

  async function refresh(
    refreshToken: string,
    subject: string,
  ): Promise<{ readonly token: IssuedToken; readonly idToken?: string }> {
    let idToken: string | undefined
    const token = await requestToken(
      provider,
      {
        send: (server, options) =>
          oauth.refreshTokenGrantRequest(server, client(), provider.authenticate, refreshToken, options),
        async read(server, response) {
          const answer = await oauth.processRefreshTokenResponse(server, client(), response)
          const claims = oauth.getValidatedIdTokenClaims(answer)
          // OpenID Connect Core 1.0 §12.2
          if (claims && claims.sub !== subject) throw new OAuth2Error('ERR_OAUTH2_LOGIN_ENDED', 'Another person.')
          idToken = answer.id_token
          return answer
        },
      },
      undefined,
    )
    return { token, ...(idToken !== undefined && { idToken }) }
  }

  async function revoke(refreshToken: string): Promise<void> {
    const server = await provider.server.metadata()
    if (server.revocation_endpoint === undefined) return
    const options = provider.requestOptions()
    await accepted(
      await conforming(() =>
        oauth.revocationRequest(server, client(), provider.authenticate, refreshToken, {
          ...options,
          additionalParameters: { token_type_hint: 'refresh_token' },
        }),
      ),
    )
  }

  return {
    authorizationUrl: authorizationRequest(provider, client, scope, options, oldest),
    prove,
    userInfo,
    refresh,
    revoke,
  }
}

/** The state, the issuer (RFC 9207) and the kind of an answer. */
function readAnswer(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  try {
    return oauth.validateAuthResponse(server, client, parameters, state)
  } catch (error) {
    const refusal = error instanceof oauth.AuthorizationResponseError ? error.error : undefined
    throw new AnswerError(refusal !== undefined && /^[a-z_]{1,64}$/.test(refusal) ? refusal : undefined)
  }
}
