import { createPrincipal, type Principal } from '@seaworthy/security'
import { claimAt } from './claim-path.ts'
import type { JsonObject } from './parse-json-object.ts'
import { scopesOf } from './scopes-of.ts'
import type { TokenRules } from './token-rules.ts'

/** What a principal is besides its claims. */
type Identity<N extends string> = Omit<Principal<N>, 'claims' | 'scopes'> & { readonly scopes: readonly string[] }

/** An identity while it is read. */
type Draft<N extends string> = { -readonly [K in keyof Identity<N>]: Identity<N>[K] }

/** Who a token is about, or why it is refused. */
export function readIdentity<N extends string>(scheme: N, claims: JsonObject, rules: TokenRules): Identity<N> | string {
  const subject = claimAt(claims, rules.subject)
  if (typeof subject !== 'string' || subject === '') return 'no subject'
  const scopes = scopesOf(claims, rules.scopes)
  if (typeof scopes === 'string') return scopes
  const identity: Draft<N> = { scheme, subject, scopes }
  if (rules.tenant) {
    const tenant = claimAt(claims, rules.tenant)
    if (typeof tenant !== 'string' || tenant === '') return 'no tenant'
    identity.tenant = tenant
  }
  addRegistered(identity, claims)
  return identity
}

function addRegistered(
  identity: Draft<string>,
  { iss, exp, client_id: clientId, azp, auth_time: time, acr }: JsonObject,
): void {
  const client = clientId ?? azp
  if (typeof iss === 'string') identity.issuer = iss
  if (typeof client === 'string') identity.clientId = client
  if (typeof exp === 'number') identity.expiresAt = exp
  if (typeof time === 'number') identity.authTime = time
  if (typeof acr === 'string') identity.acr = acr
}

/** The principal of an identity, frozen with its claims. */
export function principalOf<N extends string, C>(identity: Identity<N>, claims: C): Principal<N, C> {
  return createPrincipal({ ...identity, claims })
}
