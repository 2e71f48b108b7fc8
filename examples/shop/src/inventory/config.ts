import type { Spec } from '@seaworthy/config'
import { serviceSettings } from '../shared/service-settings.ts'

/** `INVENTORY_HTTP_ADDR`, `INVENTORY_DATABASE_URL`, and so on. */
export const prefix = 'INVENTORY_'

export const spec = serviceSettings({ addr: ':8081', database: 'file:.data/inventory' }) satisfies Spec
