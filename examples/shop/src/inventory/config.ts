import type { Spec } from '@seaworthy/config'
import { serviceSettings } from '../shared/service-settings.ts'
import { shopSettings } from '../shared/shop-settings.ts'

/** `INVENTORY_HTTP_ADDR`, `INVENTORY_DATABASE_URL`, and so on. */
export const prefix = 'INVENTORY_'

export const ownSettings = serviceSettings({
  addr: ':8081',
  database: 'file:.data/inventory',
  audience: 'inventory',
}) satisfies Spec

export const spec = { ...shopSettings, ...ownSettings } satisfies Spec
