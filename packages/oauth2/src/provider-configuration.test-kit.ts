import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Configuration, JWK } from 'oidc-provider'
import { errors } from 'oidc-provider'
import { jwtResource, opaqueResource, resourceScopes } from './provider-clients.test-kit.ts'
import type { ProviderBehaviour } from './provider.test-kit.ts'

/** The profiles of the two users. */
export const profiles: Readonly<Record<string, { readonly name: string; readonly email: string }>> = {
  ann: { name: 'Ann', email: 'ann@example.com' },
  bob: { name: 'Bob', email: 'bob@example.com' },
}

/** A new key for ES256, with its private part. */
export function createSigningKeys(): JWK[] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return [{ ...privateKey.export({ format: 'jwk' }), kty: 'EC', use: 'sig', alg: 'ES256', kid: 'provider-1' }]
}

/** Everything that the tests need, switched on. */
export function providerConfiguration(behaviour: ProviderBehaviour, keys: JWK[]): Configuration {
  return {
    jwks: { keys },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA'] },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (_ctx, sub) => profiles[sub] && { accountId: sub, claims: async () => ({ sub, ...profiles[sub] }) },
    rotateRefreshToken: () => behaviour.rotation,
    ttl: { AccessToken: () => behaviour.accessTokenTtl, Interaction: 600, Session: 3600, Grant: 3600, IdToken: 3600 },
    // A loopback address is refused by the dispatcher that the provider would use.
    fetch: (url, init) => fetch(url, withoutDispatcher(init)),
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => behaviour.dpopNonces },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, resource) => resourceServer(resource, behaviour),
      },
    },
  }
}

/** What the provider knows of a resource. */
export function resourceServer(
  resource: string,
  { accessTokenTtl }: ProviderBehaviour,
): {
  readonly scope: string
  readonly audience: string
  readonly accessTokenTTL: number
  readonly accessTokenFormat: 'jwt' | 'opaque'
  readonly jwt: { readonly sign: { readonly alg: 'ES256' } }
} {
  if (resource !== jwtResource && resource !== opaqueResource) throw new errors.InvalidTarget()
  return {
    scope: resourceScopes,
    audience: resource,
    accessTokenTTL: accessTokenTtl,
    accessTokenFormat: resource === jwtResource ? 'jwt' : 'opaque',
    jwt: { sign: { alg: 'ES256' } },
  }
}

function withoutDispatcher(init: RequestInit = {}): RequestInit {
  const plain: RequestInit & { dispatcher?: unknown } = { ...init }
  delete plain.dispatcher
  return plain
}
