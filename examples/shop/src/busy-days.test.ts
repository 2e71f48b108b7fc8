import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { bearer } from './testing/credentials.ts'
import { Databases } from './testing/databases.ts'
import { startProvider, type Provider } from './testing/provider.ts'
import { RunningService, send } from './testing/running-service.ts'

const perCaller = 40
const failures = 60
const secret = 'the secret of orders'
const isWithoutRedis = skipRedis()
let databases: Databases
let redis: OwnServer | undefined
let provider: Provider
let inventory: RunningService
/** Two instances of one service. */
let orders: readonly RunningService[] = []

beforeAll(async () => {
  databases = await Databases.start()
  provider = await startProvider({ id: 'orders', secret })
  if (!isWithoutRedis) redis = await startRedis()
  const env = { OIDC_ISSUER: provider.issuer.issuer, ...(redis && { REDIS_URL: redis.url }) }
  const own = { INVENTORY_DATABASE_URL: await databases.fresh(), INVENTORY_PER_CALLER: '100000' }
  inventory = await RunningService.start('inventory', { ...env, ...own })
  const settings = {
    ...env,
    ORDERS_DATABASE_URL: await databases.fresh(),
    ORDERS_INVENTORY_URL: inventory.url,
    ORDERS_OIDC_CLIENT_SECRET: secret,
    ORDERS_TRUST_PROXY: 'none',
    ORDERS_PLAIN_HTTP: 'true',
    ORDERS_PER_ADDRESS: '100000',
    ORDERS_PER_CALLER: String(perCaller),
    ORDERS_FAILURES: String(failures),
  }
  // At once, as a deployment starts them: one of them prepares the database.
  orders = await Promise.all([0, 1].map(() => RunningService.start('orders', settings)))
}, 60_000)
afterAll(async () => {
  for (const each of [...orders, inventory, provider, redis, databases]) await each?.[Symbol.asyncDispose]()
})

const token = (sub: string = crypto.randomUUID()): Record<string, string> => bearer(provider.issuer.token({ sub }))
const instance = (i: number): RunningService => orders[i % orders.length] ?? inventory

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function place(i: number, headers = token(), further: Record<string, string> = {}): Promise<number> {
  const order = { sku: 'tea', quantity: 1 }
  return (await send(`${instance(i).url}/orders`, 'POST', order, { ...headers, ...further })).status
}

test(
  'a provider that changes its keys, and then is gone, costs no request under load',
  { timeout: 30_000 },
  async () => {
    const statuses = new Map<number, number>()
    let sign = (): Record<string, string> => token()
    let isOver = false
    let sent = 0
    const worker = async (): Promise<void> => {
      while (!isOver) {
        const status = await place(sent++, sign())
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        await pause(10)
      }
    }
    const more = async (count: number): Promise<void> => {
      const goal = sent + count
      while (sent < goal) await pause(10)
    }
    const load = Promise.all([worker(), worker(), worker()])
    await more(50)
    // As providers do it: the new key is published, and used once those who verify have had the time to see it.
    const old = Array.from({ length: 3_000 }, () => token())
    sign = () => old.pop() ?? {}
    provider.issuer.rotate()
    for (const i of [0, 1]) while ((await place(i)) !== 201) await pause(250)
    sign = () => token()
    await more(50)
    provider.isDown = true
    await more(50)
    sign = () => old.pop() ?? {}
    await more(50)
    isOver = true
    await load
    expect(Object.fromEntries(statuses)).toEqual({ 201: sent })
    // Three processes asked when they began and when they saw the new key, and two for a token of their own.
    expect(provider.asked.get('/jwks')).toBeLessThanOrEqual(9)
    expect(provider.asked.get('/token')).toBe(2)
    provider.isDown = false
  },
)

test('what the provider never signed is refused all the while', async () => {
  const forged = token()['authorization'] ?? ''
  provider.isDown = true
  expect(await place(0, { authorization: `${forged.slice(0, -8)}AAAAAAAA` })).toBe(401)
  expect(await place(1)).toBe(201)
  provider.isDown = false
})

test.skipIf(isWithoutRedis)('several instances count a caller together', async () => {
  const sub = crypto.randomUUID()
  const start = performance.now()
  const statuses = await Promise.all(Array.from({ length: perCaller + 20 }, (_, i) => place(i, token(sub))))
  const comeBack = Math.ceil(((performance.now() - start) / 60_000) * perCaller)
  const passed = statuses.filter((status) => status === 201).length
  expect([passed >= perCaller, passed <= perCaller + comeBack]).toEqual([true, true])
  expect(statuses.filter((status) => status === 429)).toHaveLength(statuses.length - passed)
})

test('forwarding headers are worth nothing where no proxy is trusted', async () => {
  const guess = (i: number): Promise<number> => {
    const spoofed = { 'x-forwarded-for': `203.0.113.${i}`, 'x-real-ip': `203.0.113.${i}`, 'x-forwarded-proto': 'https' }
    const header = i % 2 === 0 ? spoofed : { forwarded: `for=203.0.113.${i};proto=https` }
    return place(0, bearer(provider.issuer.token({ sub: `${i}`, exp: 1 })), header)
  }
  const statuses: number[] = []
  for (let i = 0; i < failures + 5; i++) statuses.push(await guess(i))
  expect(statuses[0]).toBe(401)
  expect(statuses.slice(-4)).toEqual([429, 429, 429, 429])
})

test.skipIf(isWithoutRedis)('a dead Redis costs the limits, and no request', { timeout: 20_000 }, async () => {
  await redis?.stop()
  const sub = crypto.randomUUID()
  const statuses = await Promise.all(Array.from({ length: perCaller + 6 }, (_, i) => place(i, token(sub))))
  expect(statuses.every((status) => status === 201)).toBe(true)
  await redis?.start()
  // And counts again when it is back.
  const busy = token(sub)
  while ((await place(0, busy)) !== 429) await pause(20)
})
