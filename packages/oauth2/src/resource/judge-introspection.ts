import type { JsonObject } from '@seaworthy/jwt/metadata'
import type { AccessTokenClaims } from './access-tokens.ts'

/** What an answer is held to, besides being active. */
export interface IntrospectionRules {
  readonly issuer: string
  readonly audiences: ReadonlySet<string>
  readonly audienceOptional: boolean
  /** Seconds. */
  readonly tolerance: number
}

/**
 * Why an answer lets nobody in, if it does not (RFC 7662 §2.2). The issuer was asked, but it need not have looked at
 * what only this service knows: its name, its clock, and whose tokens it takes.
 *
 * @param now - Seconds.
 */
export function refusedAnswer(answer: JsonObject, rules: IntrospectionRules, now: number): string | undefined {
  if (answer['active'] !== true) return 'not active'
  return (
    malformed(answer) ??
    refusedIssuer(answer['iss'], rules.issuer) ??
    refusedAudience(answer['aud'], rules) ??
    refusedTimes(answer, rules.tolerance, now) ??
    refusedKind(answer)
  )
}

/** Whether an answer that has passed {@link refusedAnswer} has the types that it is said to have. */
export function areClaims(answer: JsonObject): answer is JsonObject & AccessTokenClaims {
  return malformed(answer) === undefined
}

const texts = ['sub', 'iss', 'client_id', 'jti', 'scope', 'acr', 'username', 'token_type'] as const
const times = ['exp', 'nbf', 'iat', 'auth_time'] as const
/** The end of the year 9999: later times are no times. */
const lastSecond = 253_402_300_799

function malformed(answer: JsonObject): string | undefined {
  for (const name of texts) if (!isAbsent(answer[name]) && typeof answer[name] !== 'string') return `${name} is no text`
  for (const name of times) if (!isAbsent(answer[name]) && !isDate(answer[name])) return `${name} is no time`
  return undefined
}

function isAbsent(value: unknown): boolean {
  return value === undefined
}

function isDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= lastSecond
}

function refusedIssuer(iss: unknown, issuer: string): string | undefined {
  return iss === undefined || iss === issuer ? undefined : 'another issuer'
}

function refusedAudience(aud: unknown, { audiences, audienceOptional }: IntrospectionRules): string | undefined {
  if (aud === undefined) return audienceOptional ? undefined : 'no audience'
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.every((each) => typeof each === 'string')) return 'no audience'
  return named.some((each) => audiences.has(String(each))) ? undefined : 'another audience'
}

function refusedTimes({ exp, nbf }: JsonObject, tolerance: number, now: number): string | undefined {
  if (isDate(exp) && now - tolerance >= exp) return 'expired'
  return isDate(nbf) && nbf > now + tolerance ? 'not yet valid' : undefined
}

/** Some issuers tell of refresh tokens and ID tokens at the same endpoint. */
function refusedKind({ token_type: type, token_use: use, typ, cnf }: JsonObject): string | undefined {
  for (const kind of [type, use, typ]) {
    if (typeof kind === 'string' && /^(?:refresh|refresh_token|id|id_token|offline)$/i.test(kind))
      return 'no access token'
  }
  const isDpop = typeof type === 'string' && type.toLowerCase() === 'dpop'
  return isDpop && cnf === undefined ? 'bound to a key that is not told' : undefined
}
