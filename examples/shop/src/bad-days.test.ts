import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { config } from '@seaworthy/config'
import { prometheus } from '@seaworthy/metrics'
import { shutdown } from '@seaworthy/shutdown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipPostgres } from '../../../test/support/postgres-server.ts'
import { eventually } from '../../../test/support/serve.ts'
import { adminUsers } from './orders/admin-users.ts'
import { ordersApp } from './orders/app.ts'
import { prefix, spec } from './orders/config.ts'
import { noDatabase } from './shared/no-database.ts'
import { developmentFolder } from './testing/credentials.ts'
import { Databases, startDatabaseServer } from './testing/databases.ts'
import { production } from './testing/production.ts'
import { freePort, RunningService, send } from './testing/running-service.ts'

const order = { sku: 'tea', quantity: 1 }
let databases: Databases
/** Empty databases. */
const empty = async (): Promise<Record<string, string>> => ({
  ORDERS_DATABASE_URL: await databases.fresh(),
  INVENTORY_DATABASE_URL: await databases.fresh(),
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('not within 15 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('on a bad day', () => {
  let inventory: RunningService
  beforeAll(async () => {
    databases = await Databases.start()
    inventory = await RunningService.start('inventory', await empty())
  }, 60_000)
  afterAll(async () => {
    for (const each of [inventory, databases]) await each?.[Symbol.asyncDispose]()
  })

  test('a dead inventory is 503 with Retry-After, and orders goes on', async () => {
    const port = await freePort()
    const env = {
      ...(await empty()),
      ORDERS_INVENTORY_URL: `http://127.0.0.1:${port}`,
      ORDERS_INVENTORY_TIMEOUT: '500ms',
    }
    await using orders = await RunningService.start('orders', env)
    const refused = await send(`${orders.url}/orders`, 'POST', order)
    expect(refused).toMatchObject({ status: 503, body: { code: 'inventory_unavailable' } })
    expect((await fetch(`${orders.url}/readyz`)).status).toBe(200)
    expect((await send(`${orders.url}/healthz`, 'GET')).body).toMatchObject({ status: 'warn' })
    await using _revived = await RunningService.start('inventory', await empty(), { port })
    expect((await send(`${orders.url}/orders`, 'POST', order)).status).toBe(201)
  })

  test('an inventory that never answers is given up after the timeout', async () => {
    const hole = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise((resolve) => hole.once('listening', resolve))
    const { port } = hole.address() as AddressInfo
    const env = {
      ...(await empty()),
      ORDERS_INVENTORY_URL: `http://127.0.0.1:${port}`,
      ORDERS_INVENTORY_TIMEOUT: '300ms',
    }
    await using orders = await RunningService.start('orders', env)
    const start = performance.now()
    expect((await send(`${orders.url}/orders`, 'POST', order)).status).toBe(503)
    expect(performance.now() - start).toBeLessThan(5_000)
    hole.close()
  })

  test.skipIf(skipPostgres())('a dead database turns readiness off, and a revived one turns it on', async () => {
    await using server = await startDatabaseServer()
    await using stock = await RunningService.start('inventory', { INVENTORY_DATABASE_URL: server.url })
    const env = { ORDERS_DATABASE_URL: server.url, ORDERS_INVENTORY_URL: stock.url }
    await using orders = await RunningService.start('orders', env)
    const placed = await send(`${orders.url}/orders`, 'POST', order)
    const ready = async (): Promise<number> => (await fetch(`${orders.url}/readyz`)).status
    // In the middle of transactions: connections that are in use die as well.
    const burst = Promise.allSettled(Array.from({ length: 50 }, () => send(`${orders.url}/orders`, 'POST', order)))
    await server.stop()
    await until(async () => (await ready()) === 503)
    await burst
    const failed = await send(`${orders.url}/orders`, 'POST', order)
    expect(failed).toMatchObject({ status: 500, body: { title: 'Internal Server Error' } })
    expect((await fetch(`${orders.url}/livez`)).status).toBe(200)
    await server.start()
    await until(async () => (await ready()) === 200)
    await until(async () => (await fetch(`${stock.url}/readyz`)).status === 200)
    expect((await send(`${orders.url}/orders/${String(placed.body['id'])}`, 'GET')).body).toEqual(placed.body)
    expect((await send(`${orders.url}/orders`, 'POST', order)).status).toBe(201)
  })

  test('a dead collector is noticed in the log and nowhere else', async () => {
    await using orders = await RunningService.start('orders', {
      ...(await empty()),
      ORDERS_INVENTORY_URL: inventory.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    })
    for (let i = 0; i < 5; i++) expect((await send(`${orders.url}/orders`, 'POST', order)).status).toBe(201)
    await eventually(() => orders.lines.some(({ level }) => level === 'warn'), 'a warning', 15_000)
    expect(await orders.end('SIGTERM')).toBe(0)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk for logs loses lines and no orders', async () => {
    const full = openSync('/dev/full', 'w')
    const env = { ...(await empty()), ORDERS_INVENTORY_URL: inventory.url }
    await using orders = await RunningService.start('orders', env, { stdout: full })
    for (let i = 0; i < 20; i++) expect((await send(`${orders.url}/orders`, 'POST', order)).status).toBe(201)
    closeSync(full)
    expect(await orders.end('SIGTERM')).toBe(0)
  })

  test('all problems of a configuration are told at once, and no secret among them', async () => {
    const env = {
      ORDERS_HTTP_ADDR: 'nonsense',
      ORDERS_READ_TIMEOUT: '10 apples',
      ORDERS_LOG_LEVEL: 'loud',
      ORDERS_DATABASE_URL: 'mysql://user:hunter2@db/orders',
    }
    const started = RunningService.start('orders', env)
    const message = await started.then(
      () => 'it started',
      (error: unknown) => String(error),
    )
    for (const name of ['ORDERS_HTTP_ADDR', 'ORDERS_READ_TIMEOUT', 'ORDERS_LOG_LEVEL', 'ORDERS_DATABASE_URL'])
      expect(message).toContain(name)
    expect(message).not.toContain('hunter2')
  })

  test(
    'what keeps a service from starting is one line that says what to do, and the exit code 1',
    { timeout: 60_000 },
    async () => {
      const refusals: readonly (readonly [env: Record<string, string>, said: RegExp])[] = [
        [
          { ORDERS_DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:9/orders' },
          /^orders: no PostgreSQL database at 127\.0\.0\.1:9\/orders \(ECONNREFUSED\)\. Start it, or mend/m,
        ],
        [
          { ORDERS_HTTP_ADDR: new URL(inventory.url).host },
          /^orders: Another process already listens on .* ORDERS_HTTP_ADDR says where it listens\.$/m,
        ],
      ]
      for (const [env, said] of refusals) {
        const message = await RunningService.start('orders', { ...(await empty()), ...env }).then(
          () => 'it started',
          (error: unknown) => String(error),
        )
        expect(message).toMatch(said)
        expect([/\n\s+at |hunter2/.test(message), message.includes('exit code 1')]).toEqual([false, true])
      }
    },
  )

  test('production asks for what development makes for itself', async () => {
    const all = await production()
    const required = {
      OIDC_ISSUER: /set OIDC_ISSUER/,
      ORDERS_OIDC_CLIENT_SECRET: /set ORDERS_OIDC_CLIENT_SECRET/,
      ORDERS_PUBLIC_URL: /set ORDERS_PUBLIC_URL/,
      ORDERS_SESSION_KEYS: /set ORDERS_SESSION_KEYS/,
      ORDERS_ADMIN_USERS: /set ORDERS_ADMIN_USERS/,
    }
    const parts = { life: shutdown({ signals: [] }), scrape: prometheus(), database: noDatabase }
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'production'
    try {
      for (const [name, said] of Object.entries(required)) {
        const env = Object.fromEntries(Object.entries(all).filter(([key]) => key !== name))
        const start = async (): Promise<unknown> => ordersApp(config(spec, { prefix, env, files: [] }), parts)
        await expect(start()).rejects.toThrow(said)
      }
    } finally {
      process.env['NODE_ENV'] = before
    }
    const missing = { adminUsers: '/nowhere/users', developmentFolder }
    await expect(adminUsers(missing)).rejects.toThrow('the file of ORDERS_ADMIN_USERS cannot be read (ENOENT)')
  })

  test('a second process in the folder of an embedded database is refused', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'seaworthy-claim-'))
    const env = { INVENTORY_DATABASE_URL: `file:${join(folder, 'inventory')}` }
    await using first = await RunningService.start('inventory', env)
    await expect(RunningService.start('inventory', env)).rejects.toThrow('is in use by process')
    await first.end('SIGKILL')
    await using second = await RunningService.start('inventory', env)
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200)
    await second.end('SIGTERM')
    rmSync(folder, { recursive: true })
  })

  test('a second SIGTERM ends it at once, with 1', async () => {
    const env = {
      ...(await empty()),
      ...(await production()),
      ORDERS_INVENTORY_URL: inventory.url,
      ORDERS_DRAIN_DELAY: '20s',
    }
    await using orders = await RunningService.start('orders', env)
    const start = performance.now()
    const ended = orders.ended()
    orders.signal('SIGTERM')
    await eventually(() => orders.lines.some(({ msg }) => msg === 'draining'), 'the drain')
    orders.signal('SIGTERM')
    expect(await ended).toBe(1)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
