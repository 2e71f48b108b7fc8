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
    const grants: readonly unknown[] = [claims[name]].flat()
    for (const grant of grants) {
      const section = typeof grant === 'string' ? refusedGrants.get(grant.toLowerCase()) : undefined
      if (section !== undefined) {
        const reason = `tokens of the ${String(grant).toLowerCase()} grant are refused (RFC 9700 section ${section})`
        return denial('invalid', reason, { parameters: { error_description: reason } })
      }
    }
  }
  return undefined
}
