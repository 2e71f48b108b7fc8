import { denial, type Denial, type OAuthFlow, type OAuthFlows, type SecuritySchemeObject } from '@seaworthy/security'
import type { AccessTokenClaims } from './access-tokens.ts'

/** A flow without scopes has those of the scheme. */
type Described<F> = Omit<F, 'scopes'> & Partial<Pick<OAuthFlow, 'scopes'>>

/**
 * How clients get tokens, for OpenAPI. `password` and `implicit` are described for old documents alone: tokens that say
 * that they come from them are refused.
 */
export type FlowOptions = { readonly [F in keyof OAuthFlows]: Described<NonNullable<OAuthFlows[F]>> }

/**
 * The scheme as OpenAPI describes it: by its flows, else as tokens in `Authorization`.
 *
 * @param scopes - Those of flows that name none.
 */
export function describeScheme(
  flows: FlowOptions | undefined,
  scopes: OAuthFlow['scopes'],
  isDpop: boolean,
): SecuritySchemeObject {
  if (!flows) return { type: 'http', scheme: isDpop ? 'dpop' : 'bearer' }
  const { authorizationCode, clientCredentials, password, implicit } = flows
  return {
    type: 'oauth2',
    flows: {
      ...(authorizationCode && { authorizationCode: { scopes, ...authorizationCode } }),
      ...(clientCredentials && { clientCredentials: { scopes, ...clientCredentials } }),
      ...(password && { password: { scopes, ...password } }),
      ...(implicit && { implicit: { scopes, ...implicit } }),
    },
  }
}

/** The description of a scheme, with a word on flows that are documented and refused. */
export function flowDescription(description: string | undefined, flows: FlowOptions = {}): string | undefined {
  const old = [flows.password && 'password', flows.implicit && 'implicit'].filter((name) => typeof name === 'string')
  if (old.length === 0) return description
  const word = `Tokens of the ${old.join(' and ')} flow are refused (RFC 9700 §2.1.2 and §2.4).`
  return description === undefined ? word : `${description} ${word}`
}

/** The grants that must not be used any more, and where RFC 9700 says so. */
const refusedGrants = new Map([
  ['password', '2.4'],
  ['implicit', '2.1.2'],
])

/** The claims in which issuers tell by which grant a token was given. */
const grantClaims = ['gty', 'grant_type', 'grantType'] as const

/** Refuses tokens that say that they come from a grant that must not be used any more. */
export function refusedGrant(claims: AccessTokenClaims): Denial | undefined {
  for (const name of grantClaims) {
    const said = claims[name]
    if (said === undefined) continue
    const grants: readonly unknown[] = Array.isArray(said) ? said : [said]
    const grant = grants.map((each) => String(each).toLowerCase()).find((each) => refusedGrants.has(each))
    if (grant !== undefined) return refuseGrant(grant)
  }
  return undefined
}

function refuseGrant(grant: string): Denial {
  const reason = `tokens of the ${grant} grant are refused (RFC 9700 section ${refusedGrants.get(grant)})`
  return denial('invalid', reason, { parameters: { error_description: reason } })
}
