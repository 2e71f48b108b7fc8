import { optional, url, type Spec } from '@seaworthy/config'
import { serviceSettings } from '../shared/service-settings.ts'
import { shopSettings } from '../shared/shop-settings.ts'

/** `INVENTORY_HTTP_ADDR`, `INVENTORY_DATABASE_URL`, and so on. */
export const prefix = 'INVENTORY_'

/** Where orders has its console when it listens where it does by default. */
export const consoleOfOrders = 'http://127.0.0.1:8080/_console'

export const ownSettings = {
  ...serviceSettings({ addr: ':8081', database: 'file:.data/inventory', audience: 'inventory' }),
  consoleUrl: optional(url(), {
    description: `The console that telemetry is sent to unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector. In development that of orders, ${consoleOfOrders}.`,
  }),
} satisfies Spec

export const spec = { ...shopSettings, ...ownSettings } satisfies Spec
