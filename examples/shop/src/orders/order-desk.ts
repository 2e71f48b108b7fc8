import { log } from '@seaworthy/log'
import type { InventoryClient } from './inventory-client.ts'
import type { OrderEvents } from './order-events.ts'
import type { Order, OrderStatus, OrderStore } from './order-store.ts'

export type Placed =
  | { readonly order: Order }
  | { readonly refused: 'out of stock' | 'unknown sku' | 'inventory unavailable' }

/** What can be done with orders. */
export interface OrderDesk {
  place(sku: string, quantity: number, signal: AbortSignal): Promise<Placed>
  /** The order, `cancelled` or still `cancelling`; `undefined` when it was not confirmed. */
  cancel(id: string): Promise<Order | undefined>
  /** Takes back the orders that a crash or an outage left unfinished: nobody was told that they were accepted. */
  recover(): Promise<number>
}

/** An order that is younger than this may still be on its way to being answered, in seconds. */
const beingPlaced = 60

export function orderDesk(store: OrderStore, inventory: InventoryClient, events: OrderEvents): OrderDesk {
  const settle = async (order: Order, to: OrderStatus): Promise<Order | undefined> => {
    const moved = await store.move(order.id, order.status, to)
    if (moved) events.publish(moved)
    return moved
  }
  /** Cancels an order once inventory has its stock back; until then it stays as it is, and recover() tries again. */
  const giveBack = async (order: Order): Promise<Order | undefined> => {
    if (await inventory.release(order.id, order.sku)) return settle(order, 'cancelled')
    log.warn('stock could not be given back yet', { order: order.id, sku: order.sku })
    return undefined
  }
  return {
    async place(sku, quantity, signal) {
      const order = await store.place(sku, quantity)
      const answer = await inventory.reserve(order.id, sku, quantity, signal)
      if (answer === 'reserved') {
        const confirmed = await settle(order, 'confirmed')
        if (!confirmed) throw new Error('a pending order changed while it was being placed')
        log.info('order confirmed', { order: order.id, sku, quantity })
        return { order: confirmed }
      }
      if (answer === 'unavailable') {
        // Whether stock was taken is not known: the order stays pending, and recover() gives back what was.
        log.warn('inventory did not answer; the order is left for recovery', { order: order.id })
        return { refused: 'inventory unavailable' }
      }
      await settle(order, 'rejected')
      return { refused: answer === 'unknown' ? 'unknown sku' : 'out of stock' }
    },
    async cancel(id) {
      const order = await store.find(id)
      if (order?.status !== 'confirmed') return undefined
      const cancelling = await settle(order, 'cancelling')
      return cancelling && ((await giveBack(cancelling)) ?? cancelling)
    },
    async recover() {
      let recovered = 0
      for (const order of await store.unfinished(beingPlaced)) {
        if (await giveBack(order)) recovered++
      }
      if (recovered > 0) log.info('unfinished orders taken back', { orders: recovered })
      return recovered
    },
  }
}
