import { generateKeyPairSync } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'

/** Where the web clients are sent back to. */
export const redirectUri = 'https://app.test/auth/callback'
/** Where a logout ends. */
export const afterLogout = 'https://app.test/'
/** A resource whose access tokens are JWTs. */
export const jwtResource = 'https://api.test'
/** A resource whose access tokens are opaque. */
export const opaqueResource = 'https://opaque.test'
/** The scopes of both. */
export const resourceScopes = 'orders:read orders:write'
/** The secret of every client that has one. */
export const secret = 'correct-horse-battery-staple-0123456789'
/** The secret of the client `awkward:50%+`. */
export const awkwardSecret = 'p:l+u/s %26 & 100% ~!*()'
/** The grant of RFC 8693. */
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** The private key of the client `service-key`, as a JWK. */
export const clientKey: Readonly<Record<string, unknown>> = {
  ...privateKey.export({ format: 'jwk' }),
  kid: 'client-key-1',
  alg: 'ES256',
}

const web: Omit<ClientMetadata, 'client_id'> = {
  client_secret: secret,
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [afterLogout],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
}

const service: Omit<ClientMetadata, 'client_id'> = {
  client_secret: secret,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials', exchangeGrant],
}

/** The clients that every provider of the tests knows. */
export const providerClients: readonly ClientMetadata[] = [
  { ...web, client_id: 'web' },
  { ...web, client_id: 'web-par', require_pushed_authorization_requests: true },
  { ...web, client_id: 'web-dpop', dpop_bound_access_tokens: true },
  { ...web, client_id: 'spa', client_secret: undefined, token_endpoint_auth_method: 'none' },
  {
    client_id: 'device',
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    redirect_uris: [],
    response_types: [],
    grant_types: [deviceGrant, 'refresh_token'],
  },
  { ...service, client_id: 'service' },
  { ...service, client_id: 'service-post', token_endpoint_auth_method: 'client_secret_post' },
  {
    ...service,
    client_id: 'service-key',
    client_secret: undefined,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'client-key-1', alg: 'ES256' }] },
  },
  { ...service, client_id: 'service-dpop', dpop_bound_access_tokens: true },
  { ...service, client_id: 'awkward:50%+', client_secret: awkwardSecret },
  // What an API introspects with.
  { ...service, client_id: 'api', grant_types: [] },
]
