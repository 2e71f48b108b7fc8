import { duration, url, type Spec } from '@seaworthy/config'
import { serviceSettings } from '../shared/service-settings.ts'

/** `ORDERS_HTTP_ADDR`, `ORDERS_DATABASE_URL`, and so on. */
export const prefix = 'ORDERS_'

export const spec = {
  ...serviceSettings({ addr: ':8080', database: 'file:.data/orders' }),
  inventoryUrl: url({ default: 'http://127.0.0.1:8081', description: 'Where the inventory service is.' }),
  inventoryTimeout: duration({ default: '3s', description: 'For one call of the inventory service.' }),
} satisfies Spec
