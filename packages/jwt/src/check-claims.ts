import type { JwtClaims } from './jwt-claims.ts'
import { isJsonObject, type JsonObject } from './parse-json-object.ts'

/** What claims have to fulfil. */
export interface ClaimRules {
  readonly requiredClaims: readonly string[]
  /** Seconds. */
  readonly tolerance: number
  /** Seconds. */
  readonly maxTokenAge: number | undefined
}

/** The end of the year 9999: later times are no times. */
const lastSecond = 253_402_300_799

/** Whether a value is a NumericDate (RFC 7519 §2). */
function isDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= lastSecond
}

/**
 * Why claims are refused, if they are (RFC 7519 §4.1).
 *
 * @param now - Seconds.
 */
export function refusedClaims(
  claims: JsonObject,
  audiences: ReadonlySet<string>,
  rules: ClaimRules,
  now: number,
): string | undefined {
  return (
    malformedClaim(claims) ??
    refusedAudience(claims['aud'], audiences) ??
    refusedTimes(claims, rules, now) ??
    missingClaim(claims, rules.requiredClaims)
  )
}

/** Whether claims that have passed {@link refusedClaims} have the types that they are said to have. */
export function areClaims(claims: JsonObject): claims is JsonObject & JwtClaims {
  return typeof claims['iss'] === 'string' && isDate(claims['exp']) && claims['aud'] !== undefined
}

function malformedClaim({
  sub,
  jti,
  client_id: client,
  azp,
  acr,
  exp,
  nbf,
  iat,
  auth_time: time,
}: JsonObject): string | undefined {
  if (!isTextOrAbsent(sub)) return 'sub is no text'
  if (!isTextOrAbsent(jti)) return 'jti is no text'
  if (!isTextOrAbsent(client) || !isTextOrAbsent(azp)) return 'the client is no text'
  if (!isTextOrAbsent(acr)) return 'acr is no text'
  if (!isDateOrAbsent(exp)) return 'exp is no time'
  if (!isDateOrAbsent(nbf)) return 'nbf is no time'
  if (!isDateOrAbsent(iat)) return 'iat is no time'
  return isDateOrAbsent(time) ? undefined : 'auth_time is no time'
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}

function isDateOrAbsent(value: unknown): boolean {
  return value === undefined || isDate(value)
}

function refusedAudience(aud: unknown, audiences: ReadonlySet<string>): string | undefined {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (named.length === 0 || !named.every((each) => typeof each === 'string')) return 'no audience'
  return named.some((each) => typeof each === 'string' && audiences.has(each)) ? undefined : 'another audience'
}

function refusedTimes({ exp, nbf, iat }: JsonObject, rules: ClaimRules, now: number): string | undefined {
  const { tolerance, maxTokenAge } = rules
  if (!isDate(exp)) return 'no expiry'
  if (now - tolerance >= exp) return 'expired'
  if (isDate(nbf) && nbf > now + tolerance) return 'not yet valid'
  if (isDate(iat) && iat > now + tolerance) return 'issued in the future'
  if (maxTokenAge === undefined) return undefined
  if (!isDate(iat)) return 'no time of issue'
  return now - tolerance >= iat + maxTokenAge ? 'issued too long ago' : undefined
}

function missingClaim(claims: JsonObject, required: readonly string[]): string | undefined {
  for (const name of required) {
    if (!Object.hasOwn(claims, name) || claims[name] === null) return 'a required claim is missing'
  }
  return undefined
}

/** The claims that every access token of RFC 9068 has (§2.2). */
export const accessTokenClaims: readonly string[] = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

/** Claims that only ID tokens have (OpenID Connect Core 1.0 §2, §3.3.2.11). */
const idTokenClaims = ['at_hash', 'c_hash', 's_hash'] as const

/**
 * Why claims are those of another kind of token, if they are. Providers that give access tokens no type of their own
 * tell them apart by `typ` or `token_use` among the claims.
 */
export function otherKind(claims: JsonObject): string | undefined {
  if (idTokenClaims.some((name) => Object.hasOwn(claims, name))) return 'an ID token'
  // OpenID Connect Back-Channel Logout 1.0 §2.4, RFC 8417 §2.2
  if (isJsonObject(claims['events'])) return 'a token of security events'
  const { typ, token_use: use } = claims
  if (typeof use === 'string' && use !== 'access') return 'a token for another use'
  if (typeof typ === 'string' && !accessTypes.has(typ.toLowerCase())) return 'a token of another type'
  const saysAccess =
    use !== undefined || typ !== undefined || claims['scope'] !== undefined || claims['scp'] !== undefined
  return !saysAccess && Object.hasOwn(claims, 'nonce') ? 'an ID token' : undefined
}

const accessTypes = new Set(['bearer', 'dpop', 'jwt', 'at+jwt', 'access', 'access_token'])
