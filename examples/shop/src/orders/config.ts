import { duration, optional, secret, string, url, type Spec } from '@seaworthy/config'
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
  oidcClientId: string({ default: 'orders', description: 'As whom it asks OIDC_ISSUER for those tokens.' }),
  oidcClientSecret: optional(secret(string({ minLength: 1 })), {
    description: 'By what it proves that to OIDC_ISSUER. Required with it.',
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
