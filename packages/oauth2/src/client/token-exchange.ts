import { createHash } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import { grantClient, type AuthorizedClient } from './authorized-client.ts'
import type { ClientCredentialsOptions } from './client-credentials.ts'
import type { TokenGrant } from './request-token.ts'
import { requestParameters } from './request-parameters.ts'

/** The kinds of tokens that RFC 8693 §3 names, or one of another specification. */
export type TokenType = 'access_token' | 'refresh_token' | 'id_token' | 'jwt' | 'saml1' | 'saml2' | `urn:${string}`

/** Options of {@link tokenExchange}. */
export interface TokenExchangeOptions extends ClientCredentialsOptions {
  /** The service that the tokens are for, by the name that the provider knows. */
  readonly audience?: string | readonly string[]
  /** What is exchanged. @default 'access_token' */
  readonly subjectTokenType?: TokenType
  /** What is asked for. @default the provider's choice */
  readonly requestedTokenType?: 'access_token' | 'jwt'
  /** How many subjects' tokens are kept at most; those that were used longest ago go first. @default 1000 */
  readonly max?: number
}

/** Exchanges the tokens of callers. */
export interface TokenExchange {
  /**
   * Calls other services on behalf of who presented a token to this one. The token was verified before.
   *
   * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when the token is empty.
   */
  onBehalfOf(subjectToken: string): AuthorizedClient
}

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
const tokenTypes = 'urn:ietf:params:oauth:token-type:'

/**
 * Calls other services on behalf of callers (RFC 8693): their tokens are exchanged for ones that the other service
 * takes, and these are kept for each of them.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when something in the options cannot be used.
 */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  const { max = 1000, audience = [], requestedTokenType, subjectTokenType = 'access_token' } = options
  if (!Number.isInteger(max) || max < 1) throw new OAuth2Error('ERR_OAUTH2_OPTION', 'max is a whole number from 1.')
  const { provider, requestSafely, authorized } = grantClient(options)
  const { client, authenticate } = provider
  const parameters = requestParameters(options)
  for (const each of typeof audience === 'string' ? [audience] : audience) parameters.append('audience', each)
  if (requestedTokenType) parameters.set('requested_token_type', typeName(requestedTokenType))
  parameters.set('subject_token_type', typeName(subjectTokenType))
  const clients = new Map<string, AuthorizedClient>()

  function exchange(subjectToken: string): TokenGrant {
    const own = new URLSearchParams(parameters)
    own.set('subject_token', subjectToken)
    return {
      send: (server, given) => oauth.genericTokenEndpointRequest(server, client, authenticate, grantType, own, given),
      async read(server, answer) {
        const read = await oauth.processGenericTokenEndpointResponse(server, client, answer)
        checkIssued(read['issued_token_type'])
        return read
      },
    }
  }

  return Object.freeze({
    onBehalfOf(subjectToken: string) {
      if (typeof subjectToken !== 'string' || subjectToken === '') {
        throw new OAuth2Error('ERR_OAUTH2_OPTION', 'There is no token to exchange.')
      }
      const key = createHash('sha256').update(subjectToken).digest('base64')
      const known = clients.get(key) ?? authorized(() => requestSafely(exchange(subjectToken)))
      clients.delete(key)
      clients.set(key, known)
      const [oldest] = clients.keys()
      if (clients.size > max && oldest !== undefined) clients.delete(oldest)
      return known
    },
  })
}

function typeName(type: TokenType): string {
  return type.startsWith('urn:') ? type : tokenTypes + type
}

/** RFC 8693 §2.2.1: what was issued need not be a token that calls can carry. */
function checkIssued(type: unknown): void {
  if (type === `${tokenTypes}access_token` || type === `${tokenTypes}jwt`) return
  throw new OAuth2Error('ERR_OAUTH2_RESPONSE', 'The provider issued no access token.')
}
