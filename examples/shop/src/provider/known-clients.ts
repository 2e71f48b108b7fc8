import type { ClientMetadata } from 'oidc-provider'
import type { DevelopmentSecrets } from '../shared/development-secrets.ts'

/** The clients that the provider knows. Orders is reached by browsers at each of the addresses. */
export function knownClients(ordersUrls: readonly string[], secrets: DevelopmentSecrets): ClientMetadata[] {
  const service = (): Omit<ClientMetadata, 'client_id'> => ({
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
  })
  return [
    {
      // People log in to orders, it calls inventory, and it asks about tokens.
      client_id: 'orders',
      client_secret: secrets.orders,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirect_uris: ordersUrls.map((url) => `${url}/auth/callback`),
      post_logout_redirect_uris: ordersUrls.map((url) => `${url}/goodbye`),
      backchannel_logout_uri: `${ordersUrls[0]}/auth/backchannel-logout`,
      backchannel_logout_session_required: true,
    },
    {
      // `pnpm run login`, which can keep no secret.
      ...service(),
      client_id: 'shop-cli',
      token_endpoint_auth_method: 'none',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    // `pnpm run token` and `pnpm traffic`, and a program whose tokens are opaque.
    { ...service(), client_id: 'tools', client_secret: secrets.tools },
    { ...service(), client_id: 'partner', client_secret: secrets.partner },
  ]
}
