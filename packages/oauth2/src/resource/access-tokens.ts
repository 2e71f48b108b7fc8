import type { PresentedToken } from '@seaworthy/jwt'
import type { MaybePromise } from '@seaworthy/middleware'
import type { Denial } from '@seaworthy/security'

/** What a token says, or what is said of it: the members with a registered meaning are checked. */
export interface AccessTokenClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  /** Seconds since 1970-01-01 UTC, as the other times. */
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly client_id?: string
  readonly [claim: string]: unknown
}

/** What became of a token, before its binding is looked at. */
export type TokenVerdict<P> = { readonly principal: P; readonly token: AccessTokenClaims } | { readonly denied: Denial }

/** Tells what tokens are good for. */
export interface AccessTokens<P> {
  /** What is already known of a good token. */
  recall(presented: PresentedToken): TokenVerdict<P> | undefined
  verify(presented: PresentedToken): MaybePromise<TokenVerdict<P>>
}

/** A token in the compact form of JWS: everything else is opaque here. */
const compactForm = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/

/** Tokens of two kinds, told apart by their form: JWTs are verified here, and the others asked about. */
export function eitherKind<P>(jwts: AccessTokens<P>, opaque: AccessTokens<P>): AccessTokens<P> {
  const kindOf = ({ token }: PresentedToken): AccessTokens<P> => (compactForm.test(token) ? jwts : opaque)
  return {
    recall: (presented) => kindOf(presented).recall(presented),
    verify: (presented) => kindOf(presented).verify(presented),
  }
}
