import { randomBytes } from 'node:crypto'
import type { ClientMetadata, Configuration, JWK, KoaContextWithOIDC, ResourceServer } from 'oidc-provider'
import { errors } from 'oidc-provider'
import { people } from './people.ts'

/** A service that tokens are for. */
export interface KnownResource {
  /** How it is asked for: by this address as `resource` (RFC 8707), or by its audience as `audience`. */
  readonly resource: string
  readonly audience: string
  readonly scope: string
  /** The clients that may have tokens for it. */
  readonly clients: readonly string[]
}

/** How long an access token is good for, in seconds. */
const tokenLife = 3_600

/**
 * What `oidc-provider` is told: everything that a provider in production would do, for two people and four clients.
 *
 * @param loginTokenLife - How long the access token of a login lives, in seconds: it is short, and then refreshed.
 */
export function configuration(
  clients: ClientMetadata[],
  keys: JWK[],
  resources: readonly KnownResource[],
  loginTokenLife: number,
): Configuration {
  const find = (match: (known: KnownResource) => boolean): KnownResource | undefined => resources.find(match)

  /** A person agrees to what the clients of the shop ask for: they are its own. */
  async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
    const { client, session, provider, requestParamScopes, resourceServers = {} } = oidc
    if (!client || !session?.accountId) return undefined
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    const scopes = [...requestParamScopes].join(' ')
    grant.addOIDCScope(scopes)
    for (const resource of Object.keys(resourceServers)) grant.addResourceScope(resource, scopes)
    await grant.save()
    return grant
  }

  async function getResourceServerInfo(
    _ctx: KoaContextWithOIDC,
    resource: string,
    { clientId }: { clientId: string },
  ): Promise<ResourceServer> {
    const known = find((each) => each.resource === resource)
    if (!known?.clients.includes(clientId)) throw new errors.InvalidTarget()
    const { audience, scope } = known
    const accessTokenFormat = clientId === 'partner' ? 'opaque' : 'jwt'
    return { audience, scope, accessTokenFormat, accessTokenTTL: tokenLife, jwt: { sign: { alg: 'ES256' } } }
  }

  return {
    clients,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys },
    enabledJWA: { dPoPSigningAlgValues: ['ES256', 'Ed25519'] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub'], profile: ['name', 'roles'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, sub) =>
      Object.hasOwn(people, sub) ? { accountId: sub, claims: async () => ({ sub, ...people[sub] }) } : undefined,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    loadExistingGrant,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: (_ctx, { resourceServer }) => resourceServer?.accessTokenTTL ?? loginTokenLife,
      ClientCredentials: tokenLife,
      DeviceCode: 600,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 43_200,
    },
    // The provider's own refuses to call this machine.
    fetch: (url, init) => fetch(url, withoutDispatcher(init)),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        defaultResource: async ({ oidc }) => {
          const audience = oidc.body?.['audience']
          return find((each) => each.audience === audience)?.resource ?? []
        },
        getResourceServerInfo,
      },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
  }
}

function withoutDispatcher(init: RequestInit = {}): RequestInit {
  const { dispatcher: _, ...plain }: RequestInit & { readonly dispatcher?: unknown } = init
  return plain
}
