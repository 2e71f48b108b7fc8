import type { PresentedToken } from '@seaworthy/jwt'
import type { Exchange } from '@seaworthy/middleware'
import { authorizationCredentials, denial, type Denial } from '@seaworthy/security'
import type { AccessTokenClaims } from './access-tokens.ts'

/** How a token was sent. */
export type TokenType = 'Bearer' | 'DPoP'

/** A token as it was found. */
export interface FoundToken<P = unknown> extends PresentedToken {
  readonly type: TokenType
  /** What is known of it already, when only its proof is left to be looked at. */
  known: { readonly principal: P; readonly token: AccessTokenClaims } | undefined
}

/**
 * The token in `Authorization`. A token in the query does not count, but makes a request ambiguous that has another
 * one (RFC 6750 §2).
 *
 * @param types - How tokens may be sent.
 */
export function findToken<P>(x: Exchange, types: readonly TokenType[]): FoundToken<P> | Denial | undefined {
  for (const type of types) {
    const token = authorizationCredentials(x, type)
    if (token === undefined) continue
    if (typeof token !== 'string') return token
    if (hasTokenInQuery(x.url)) return denial('malformed', 'a token in Authorization and one in the query')
    return { token, type, digest: undefined, known: undefined }
  }
  return undefined
}

function hasTokenInQuery(url: string): boolean {
  const start = url.indexOf('?')
  return start !== -1 && /token|%/i.test(url.slice(start)) && new URLSearchParams(url.slice(start)).has('access_token')
}
