import type { TokenEndpointResponse } from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'

/** A token and how long it can be used. */
export interface IssuedToken {
  readonly accessToken: string
  /** Milliseconds since 1970, as far as the provider tells, counted from the request. */
  readonly expiresAt: number
  /** Milliseconds. */
  readonly lifetime: number
  readonly refreshToken: string | undefined
}

/** Where a provider does not say how long a token lives (RFC 6749 §5.1). */
const assumedLifetime = 300_000
const longestLifetime = 86_400_000

/**
 * Reads the answer to a token request.
 *
 * @param requestedAt - Milliseconds: the life of the token is counted from there.
 * @throws {OAuth2Error} `ERR_OAUTH2_RESPONSE` when the token is not of the type that was asked for, or cannot be sent.
 */
export function issuedToken(answer: TokenEndpointResponse, requestedAt: number, isBound: boolean): IssuedToken {
  const { access_token: accessToken, token_type: type, expires_in: seconds, refresh_token: refreshToken } = answer
  // RFC 9449 §5: a provider that does not know DPoP gives a token that anyone can use.
  if (type !== (isBound ? 'dpop' : 'bearer')) {
    throw wrong(isBound ? 'The provider gave a token that is not bound to the key' : 'The provider bound the token')
  }
  // What fetch says of a header that cannot be sent has the token in it.
  if (!/^[\x21-\x7e]+$/.test(accessToken)) throw wrong('The token has characters that cannot be sent')
  const lifetime = seconds === undefined ? assumedLifetime : Math.min(seconds * 1000, longestLifetime)
  return { accessToken, lifetime, expiresAt: requestedAt + lifetime, refreshToken }
}

function wrong(what: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_RESPONSE', `${what}.`)
}
