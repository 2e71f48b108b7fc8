import { config } from '@seaworthy/config'
import { prometheus } from '@seaworthy/metrics'
import { shutdown } from '@seaworthy/shutdown'
import { inventoryApp } from './inventory/app.ts'
import * as inventory from './inventory/config.ts'
import { ordersApp } from './orders/app.ts'
import * as orders from './orders/config.ts'
import { noDatabase } from './shared/no-database.ts'
import { ownRoutes } from './shared/other-methods.ts'
import type { ShopApp } from './shared/shop-app.ts'

// Prints the routes of both services, and who may call them: of the applications that run, on a database of nothing.
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const life = shutdown({ signals: [], logger: silent })
const parts = { life, scrape: prometheus(), database: noDatabase }

table('orders', await ordersApp(config(orders.spec, { prefix: orders.prefix }), parts))
table('inventory', await inventoryApp(config(inventory.spec, { prefix: inventory.prefix }), parts))
await life.stop()

function table(name: string, { app, policy }: ShopApp): void {
  const rows = ownRoutes(app, policy)
  const width = Math.max(...rows.map(({ path }) => path.length))
  const lines = rows.map((row) => `  ${row.method.padEnd(7)} ${row.path.padEnd(width)}  ${row.policy}  (${row.level})`)
  process.stdout.write(`${name}\n${lines.join('\n')}\n\n`)
}
