import { afterAll, beforeAll, expect, test } from 'vitest'
import { RunningService, send, type Answer } from './testing/running-service.ts'
import { service } from './testing/credentials.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'seaworthy-under-load-'))
let inventory: RunningService
let orders: RunningService

const startOrders = (): Promise<RunningService> =>
  RunningService.start('orders', {
    ORDERS_DATABASE_URL: `file:${join(folder, 'orders')}`,
    ORDERS_INVENTORY_URL: inventory.url,
  })

beforeAll(async () => {
  inventory = await RunningService.start('inventory', { INVENTORY_DATABASE_URL: 'memory:' })
  orders = await startOrders()
}, 60_000)
afterAll(async () => {
  for (const each of [orders, inventory]) await each?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const order = (sku: string, quantity: number): Promise<Answer> =>
  send(`${orders.url}/orders`, 'POST', { sku, quantity })

async function available(sku: string): Promise<number> {
  return Number((await send(`${inventory.url}/inventory/${sku}`, 'GET', undefined, service())).body['available'])
}

test('of many who want the last pieces at once, as many get one as there are', async () => {
  const left = 5
  expect((await order('cocoa', (await available('cocoa')) - left)).status).toBe(201)
  const answers = await Promise.all(Array.from({ length: 4 * left }, () => order('cocoa', 1)))
  const statuses = answers.map(({ status }) => status)
  expect([201, 409].map((status) => statuses.filter((each) => each === status).length)).toEqual([left, 3 * left])
  expect(await available('cocoa')).toBe(0)
}, 30_000)

test('no order that was answered with 201 is lost by kill -9 in the middle of many', async () => {
  const before = await available('tea')
  const accepted: string[] = []
  const buyers = Array.from({ length: 8 }, async () => {
    // The first call that is not answered was cut off.
    for (let answer; (answer = await order('tea', 1).catch(() => undefined));) {
      expect(answer.status).toBe(201)
      accepted.push(String(answer.body['id']))
      if (accepted.length === 40) orders.signal('SIGKILL')
    }
  })
  await Promise.all(buyers)
  expect(await orders.ended()).toBe('SIGKILL')
  orders = await startOrders()
  const found = await Promise.all(accepted.map((id) => send(`${orders.url}/orders/${id}`)))
  expect(found.map(({ status, body }) => [status, body['status']])).toEqual(accepted.map(() => [200, 'confirmed']))
  // What was reserved and never answered is given back later, and nothing else.
  const taken = before - (await available('tea'))
  expect(taken).toBeGreaterThanOrEqual(accepted.length)
  expect(taken).toBeLessThanOrEqual(accepted.length + buyers.length)
}, 60_000)
