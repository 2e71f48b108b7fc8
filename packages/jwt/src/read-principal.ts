import { createPrincipal, type Principal } from '@seaworthy/security'
import { claimAt } from './claim-path.ts'
import type { JsonObject } from './parse-json-object.ts'
import { scopesOf } from './scopes-of.ts'
import type { TokenRules } from './token-rules.ts'

/** What a principal is besides its claims. */
type Identity<N extends string> = Omit<Principal<N>, 'claims' | 'scopes'> & { readonly scopes: readonly string[] }

/** Who a token is about, or why it is refused. */
export function readIdentity<N extends string>(scheme: N, claims: JsonObject, rules: TokenRules): Identity<N> | string {
  const subject = claimAt(claims, rules.subject)
  if (typeof subject !== 'string' || subject === '') return 'no subject'
  const tenant = rules.tenant && claimAt(claims, rules.tenant)
  if (rules.tenant && (typeof tenant !== 'string' || tenant === '')) return 'no tenant'
  const scopes = scopesOf(claims, rules.scopes)
  if (typeof scopes === 'string') return scopes
  return { scheme, subject, scopes, ...(typeof tenant === 'string' && { tenant }), ...registered(claims) }
}

/** What of a principal comes from registered claims. */
type Registered = Partial<Pick<Principal, 'issuer' | 'expiresAt' | 'clientId' | 'authTime' | 'acr'>>

function registered({ iss, exp, client_id: clientId, azp, auth_time: authTime, acr }: JsonObject): Registered {
  const client = clientId ?? azp
  return {
    ...(typeof iss === 'string' && { issuer: iss }),
    ...(typeof exp === 'number' && { expiresAt: exp }),
    ...(typeof client === 'string' && { clientId: client }),
    ...(typeof authTime === 'number' && { authTime }),
    ...(typeof acr === 'string' && { acr }),
  }
}

/** The principal of an identity, frozen with its claims. */
export function principalOf<N extends string, C>(identity: Identity<N>, claims: C): Principal<N, C> {
  return createPrincipal({ ...identity, claims })
}
