import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type Database } from '../shared/database.ts'
import type { InventoryClient, ReservationAnswer } from './inventory-client.ts'
import { orderDesk, type OrderDesk } from './order-desk.ts'
import { orderEvents } from './order-events.ts'
import { openOrderStore, type OrderStore } from './order-store.ts'

let database: Database
let store: OrderStore
let desk: OrderDesk
let answer: ReservationAnswer = 'reserved'
let reachable = true
const released: string[] = []

/** An inventory that answers as it is told. */
const inventory: InventoryClient = {
  list: () => Promise.resolve([]),
  reserve: () => Promise.resolve(answer),
  release(order) {
    if (reachable) released.push(order)
    return Promise.resolve(reachable)
  },
}
const { signal } = new AbortController()
const age = (): Promise<unknown> => database.query("UPDATE orders SET created_at = now() - interval '2 minutes'")

beforeAll(async () => {
  database = await openDatabase('memory:')
  store = await openOrderStore(database)
  desk = orderDesk(store, inventory, orderEvents())
}, 30_000)
afterAll(() => database.close())

test('an order whose reservation was never answered is taken back, and its stock with it', async () => {
  answer = 'unavailable'
  expect(await desk.place('tea', 1, signal)).toEqual({ refused: 'inventory unavailable' })
  expect(await desk.recover()).toBe(0)
  await age()
  expect(await desk.recover()).toBe(1)
  const [order] = (await store.list(1)).orders
  expect(order?.status).toBe('cancelled')
  expect(released).toEqual([order?.id])
})

test('an order that is cancelled while inventory does not answer owes its stock until it does', async () => {
  answer = 'reserved'
  const placed = await desk.place('tea', 1, signal)
  const id = 'order' in placed ? placed.order.id : ''
  reachable = false
  expect(await desk.cancel(id)).toMatchObject({ id, status: 'cancelling' })
  expect(await desk.cancel(id)).toBeUndefined()
  await age()
  expect(await desk.recover()).toBe(0)
  reachable = true
  expect(await desk.recover()).toBe(1)
  expect((await store.find(id))?.status).toBe('cancelled')
  expect(released.at(-1)).toBe(id)
})

test('of two cancellations at once one succeeds', async () => {
  const placed = await desk.place('tea', 1, signal)
  const id = 'order' in placed ? placed.order.id : ''
  const both = await Promise.all([desk.cancel(id), desk.cancel(id)])
  expect(both.filter((order) => order !== undefined)).toHaveLength(1)
})
