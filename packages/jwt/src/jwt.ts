import type { Exchange } from '@seaworthy/middleware'
import {
  allowInsecure,
  authenticator,
  bearerChallenge,
  type Authenticator,
  type Principal,
  type SecuritySchemeObject,
} from '@seaworthy/security'
import type { JwtClaims } from './jwt-claims.ts'
import type { JwtOptions } from './jwt-options.ts'
import type { JwksCheck } from './jwks.ts'
import { createJwtVerifier, type PresentedToken } from './jwt-verifier.ts'
import type { TokenCacheStatistics } from './token-cache.ts'
import { findTokenIn, type FoundToken, type TokenPlace } from './token-place.ts'

/** The guard that `jwt()` makes. */
export interface JwtAuthenticator<N extends string, C, S extends string> extends Authenticator<Principal<N, C>, S> {
  readonly scheme: N
  /** Has the keys of all issuers ready. See {@link Jwks.warmUp}. */
  warmUp(): Promise<void>
  /** A check for `health({ checks })` of the keys of all issuers. */
  readonly check: JwksCheck
  /** How the cache of verified tokens does; `undefined` when there is none. */
  readonly statistics: TokenCacheStatistics | undefined
}

/**
 * JSON Web Tokens as credentials (RFC 7519, RFC 8725, RFC 9068).
 *
 * @returns A guard that answers 401 until a token verifies, and 503 while the keys cannot be had.
 * @throws {JwtError} for options that cannot be used; the README lists the codes.
 * @throws {SecurityError} when the name, the realm or a scope has a character that it must not have.
 */
export function jwt<const N extends string = 'jwt', C = JwtClaims, S extends string = never>(
  options: JwtOptions<N, C, S>,
): JwtAuthenticator<N, C, S> {
  // The default of N is the default of the option.
  const { name = 'jwt' as N, realm = name, description, scopes, extract: places = 'authorization' } = options
  const { recall, join, verify, warmUp, check, statistics } = createJwtVerifier<N, C>({ ...options, name })
  const inCookie = (found: FoundToken): boolean => found.cookie !== undefined
  const scheme = authenticator({
    name,
    [allowInsecure]: options[allowInsecure] === true,
    ...(description !== undefined && { description }),
    ...(scopes && { scopes }),
    extract: findTokenIn(places),
    recall: (found: FoundToken) => recall(found) ?? join(found),
    guess: ({ token }) => token,
    authenticate: (found: FoundToken) => verify(found),
    challenge: (refusal, asked) => bearerChallenge(refusal, asked, { realm }),
    openapi: () => describePlace(places),
    ambient: inCookie,
    clear: clearCookie,
    credentialId,
  })
  // Text that no header can carry is refused now, not with the first challenge.
  bearerChallenge({ code: 'missing', reason: '' }, [], { realm })
  return Object.assign(scheme, { warmUp, check, statistics })
}

function clearCookie({ cookie }: FoundToken, x: Exchange): void {
  if (cookie !== undefined)
    x.appendHeader('set-cookie', `${cookie}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`)
}

/** The audit makes a digest of it with a key of its own. */
function credentialId({ token }: PresentedToken): string {
  return token
}

function describePlace(places: TokenPlace | readonly TokenPlace[]): SecuritySchemeObject {
  const list = Array.isArray(places) ? places : [places]
  const cookie = list.find((place) => typeof place === 'object' && 'cookie' in place)
  if (list.length === 1 && cookie) return { type: 'apiKey', in: 'cookie', name: cookie.cookie }
  return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
}
