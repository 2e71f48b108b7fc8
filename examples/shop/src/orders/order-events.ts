import type { Order } from './order-store.ts'

/** Tells those who watch an order what becomes of it, within this process. */
export interface OrderEvents {
  publish(order: Order): void
  /** Calls `listener` at every change of an order, until the returned function is called. */
  watch(id: string, listener: (order: Order) => void): () => void
}

export function orderEvents(): OrderEvents {
  const watchers = new Map<string, Set<(order: Order) => void>>()
  return {
    publish(order) {
      for (const listener of watchers.get(order.id) ?? []) listener(order)
    },
    watch(id, listener) {
      const listeners = watchers.get(id) ?? new Set()
      watchers.set(id, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) watchers.delete(id)
      }
    },
  }
}
