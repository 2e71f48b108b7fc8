import { boolean, duration, optional, secret, string, url, type Spec } from '@seaworthy/config'
import { serviceSettings } from '../shared/service-settings.ts'
import { shopSettings } from '../shared/shop-settings.ts'

/** `ORDERS_HTTP_ADDR`, `ORDERS_DATABASE_URL`, and so on. */
export const prefix = 'ORDERS_'

export const ownSettings = {
  ...serviceSettings({ addr: ':8080', database: 'file:.data/orders', audience: 'orders' }),
  inventoryUrl: url({ default: 'http://127.0.0.1:8081', description: 'Where the inventory service is.' }),
  inventoryTimeout: duration({ default: '3s', description: 'For one call of the inventory service.' }),
  inventoryAudience: string({
    default: 'inventory',
    minLength: 1,
    description: 'What `aud` of its own tokens for inventory is.',
  }),
  publicUrl: optional(
    url({
      protocols: ['https', 'http'],
      description:
        'Its address, as browsers and clients know it, such as https://shop.example.com. Required in production.',
    }),
  ),
  oidcClientId: string({
    default: 'orders',
    description: 'Who it is to OIDC_ISSUER: for logins, for tokens of its own, and when it asks about tokens.',
  }),
  oidcClientSecret: optional(secret(string({ minLength: 1 })), {
    description: 'By what it proves that to OIDC_ISSUER. Required with it.',
  }),
  sessionKeys: optional(secret(string({ pattern: /^\S{32,}(?:\s+\S{32,})*$/ })), {
    description:
      'What encrypts the sessions of people: of 32 characters or more, such as `openssl rand -base64 32` gives. Put a new one in front of the old one, with a space between. Required in production.',
  }),
  introspection: boolean({
    default: true,
    description: 'Whether OIDC_ISSUER is asked about tokens that are no JWTs.',
  }),
  adminRole: string({
    default: 'admin',
    minLength: 1,
    description: 'Who has it in the claim `roles` is an admin.',
  }),
  adminUsers: optional(
    string({
      description:
        'A file of admins, with a line name:hash for each. Required in production; development makes its own admin.',
    }),
  ),
  apiKeyPepper: optional(secret(string({ minLength: 16 })), {
    description: 'A secret without which the digests of API keys in the database cannot be matched with keys.',
  }),
} satisfies Spec

export const spec = { ...shopSettings, ...ownSettings } satisfies Spec
