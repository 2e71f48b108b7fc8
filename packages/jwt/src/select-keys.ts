import { denial, type Denial } from '@seaworthy/security'
import { isPromise, type MaybePromise } from '@seaworthy/middleware'
import type { Issuers } from './issuers.ts'
import type { KeysUnavailable } from './jwks.ts'
import type { JsonObject } from './parse-json-object.ts'
import { parseToken, type ParsedToken } from './parse-token.ts'
import type { TokenHeader } from './read-header.ts'
import { refusedType, type TokenRules } from './token-rules.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'
import type { VerificationKey } from './verification-key.ts'

/** A token with the keys that may have signed it. Nothing of it is verified yet. */
export interface Selected {
  readonly header: TokenHeader
  readonly payload: JsonObject
  readonly issuer: TrustedIssuer
  readonly keys: readonly VerificationKey[]
}

/** A verdict against a token. */
export interface Denied {
  readonly denied: Denial
}

/** Reads a token, and finds the keys of its issuer. What it says of its issuer only selects among those trusted. */
export function selectKeys(token: string, issuers: Issuers, rules: TokenRules): MaybePromise<Selected | Denied> {
  const parsed = parseToken(token)
  if (typeof parsed === 'string') return refuse(parsed)
  const wrongType = refusedType(parsed.header.typ, rules)
  if (wrongType !== undefined) return refuse(wrongType)
  const { iss } = parsed.payload
  if (typeof iss !== 'string') return refuse('no issuer')
  const issuer = issuers.find(iss)
  return isPromise(issuer) ? issuer.then((found) => keysOf(parsed, found)) : keysOf(parsed, issuer)
}

function keysOf(parsed: ParsedToken, issuer: TrustedIssuer | undefined): MaybePromise<Selected | Denied> {
  if (!issuer) return refuse('another issuer')
  const { header } = parsed
  if (issuer.algorithms && !issuer.algorithms.has(header.algorithm)) return refuse('another algorithm')
  const keys = issuer.source.find(header)
  return isPromise(keys) ? keys.then((found) => selected(parsed, issuer, found)) : selected(parsed, issuer, keys)
}

function selected(
  { header, payload }: ParsedToken,
  issuer: TrustedIssuer,
  keys: readonly VerificationKey[] | KeysUnavailable,
): Selected | Denied {
  if (!('unavailable' in keys)) return { header, payload, issuer, keys }
  return { denied: denial('unavailable', keys.unavailable, { retryAfter: keys.retryAfter }) }
}

/** The verdict against a bad token. The reason is for the audit. */
export function refuse(reason: string): Denied {
  return { denied: denial('invalid', reason) }
}
