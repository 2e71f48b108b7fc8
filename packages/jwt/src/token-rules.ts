import { parseDuration } from '@seaworthy/middleware'
import { accessTokenClaims, otherKind, type ClaimRules } from './check-claims.ts'
import { readPath, type ClaimPath } from './claim-path.ts'
import { JwtError } from './jwt-error.ts'
import type { JwtClaims } from './jwt-claims.ts'
import type { JwtVerifierOptions } from './jwt-options.ts'
import type { JsonObject } from './parse-json-object.ts'
import { mediaType } from './read-header.ts'

/** What every token has to fulfil, whoever issued it. */
export interface TokenRules extends ClaimRules {
  /** The type that is asked for. */
  readonly typ: string | undefined
  readonly subject: ClaimPath
  readonly tenant: ClaimPath | undefined
  readonly scopes: readonly ClaimPath[]
}

const longestTolerance = 300_000

/**
 * The rules from options.
 *
 * @throws {JwtError} `ERR_JWT_OPTION` when one of them cannot be kept.
 */
export function tokenRules<C>(options: JwtVerifierOptions<string, C>): TokenRules {
  const { typ, requiredClaims = [], paths = {}, clockTolerance = '5s', maxTokenAge } = options
  const tolerance = parseDuration(clockTolerance)
  if (tolerance > longestTolerance) throw new JwtError('ERR_JWT_OPTION', 'clockTolerance has to be at most 5m.')
  if (typ !== undefined && (typeof typ !== 'string' || typ === ''))
    throw new JwtError('ERR_JWT_OPTION', "typ is text, such as 'at+jwt'.")
  const type = typ === undefined ? undefined : mediaType(typ)
  return {
    typ: type,
    requiredClaims: [...requiredClaims, ...(type === 'at+jwt' ? accessTokenClaims : [])],
    tolerance: tolerance / 1000,
    maxTokenAge: maxTokenAge === undefined ? undefined : parseDuration(maxTokenAge) / 1000,
    subject: readPath('paths.subject', paths.subject ?? ['sub']),
    tenant: paths.tenant && readPath('paths.tenant', paths.tenant),
    scopes: (paths.scopes ?? [['scope'], ['scp']]).map((path) => readPath('paths.scopes', path)),
  }
}

/** Types of headers that access tokens have where none is asked for. */
const usualTypes = new Set([undefined, 'jwt', 'at+jwt'])

/** Why the type of a header is refused, if it is. */
export function refusedType(typ: string | undefined, { typ: asked }: Pick<TokenRules, 'typ'>): string | undefined {
  return (asked === undefined ? usualTypes.has(typ) : typ === asked) ? undefined : 'another type'
}

/** Why claims are refused as those of another kind of token, if they are. */
export function refusedKind(claims: JsonObject, { typ }: Pick<TokenRules, 'typ'>): string | undefined {
  return usualTypes.has(typ) ? otherKind(claims) : undefined
}

/**
 * When a verified token may be taken from the cache, in milliseconds: at most until `exp`, until its greatest age, and
 * for the time of the cache.
 */
export function lifetimeOf(
  { exp, iat, nbf }: JwtClaims,
  { maxTokenAge, tolerance }: Pick<TokenRules, 'maxTokenAge' | 'tolerance'>,
  now: number,
  ttl: number,
): { readonly from: number; readonly until: number } {
  const oldest = maxTokenAge === undefined || iat === undefined ? Infinity : iat + maxTokenAge
  return {
    from: nbf === undefined ? 0 : (nbf - tolerance) * 1000,
    until: Math.min(exp * 1000, oldest * 1000, now + ttl),
  }
}
