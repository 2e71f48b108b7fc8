import { denial, type Denial } from '@seaworthy/security'
import { isPromise } from './is-promise.ts'
import type { Issuers } from './issuers.ts'
import type { JsonObject } from './parse-json-object.ts'
import { parseToken } from './parse-token.ts'
import { readHeader } from './read-header.ts'
import { refusedType, type TokenRules } from './token-rules.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'
import type { VerificationKey } from './verification-key.ts'
import { verifySignature } from './verify-signature.ts'

/** A token whose form and signature are good, with nothing else of it checked. */
export interface Signed {
  readonly payload: JsonObject
  readonly issuer: TrustedIssuer
  readonly key: VerificationKey
}

/** A verdict against a token. */
export interface Denied {
  readonly denied: Denial
}

/** Verifies the form and the signature of a token. What it says of its issuer only selects among those trusted. */
export async function verifySigned(token: string, issuers: Issuers, rules: TokenRules): Promise<Signed | Denied> {
  const parsed = parseToken(token)
  if (typeof parsed === 'string') return refuse(parsed)
  const header = readHeader(parsed.header)
  if (typeof header === 'string') return refuse(header)
  const wrongType = refusedType(header.typ, rules)
  if (wrongType !== undefined) return refuse(wrongType)
  const { iss } = parsed.payload
  const finding = typeof iss === 'string' ? issuers.find(iss) : undefined
  const issuer = isPromise(finding) ? await finding : finding
  if (!issuer) return refuse('another issuer')
  if (issuer.algorithms && !issuer.algorithms.has(header.algorithm)) return refuse('another algorithm')
  const asking = issuer.source.find(header)
  const keys = isPromise(asking) ? await asking : asking
  if ('unavailable' in keys) {
    return { denied: denial('unavailable', keys.unavailable, { retryAfter: keys.retryAfter }) }
  }
  const key = await verifySignature(token, header, keys, issuer)
  if (typeof key === 'string') return refuse(key)
  issuers.proven(issuer)
  return { payload: parsed.payload, issuer, key }
}

/** The verdict against a bad token. The reason is for the audit. */
export function refuse(reason: string): Denied {
  return { denied: denial('invalid', reason) }
}
