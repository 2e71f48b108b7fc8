import { log } from '@seaworthy/log'
import { OAuth2Error } from '@seaworthy/oauth2/client'
import { z } from 'zod'

/** What inventory says to a reservation. */
export type ReservationAnswer = 'reserved' | 'out of stock' | 'unknown' | 'unavailable'

/** An article, as inventory has it. */
export interface Article {
  readonly sku: string
  readonly name: string
  readonly available: number
}

const listed = z.object({
  articles: z.array(z.object({ sku: z.string(), name: z.string(), available: z.number() })),
})

export interface InventoryClient {
  /** All articles; `undefined` when inventory does not answer. */
  list(signal: AbortSignal): Promise<readonly Article[] | undefined>
  reserve(order: string, sku: string, quantity: number, signal: AbortSignal): Promise<ReservationAnswer>
  /** Gives back what an order took. It is not bound to the request: who leaves has cancelled all the same. */
  release(order: string, sku: string): Promise<boolean>
}

/**
 * Asks the inventory service. A reservation belongs to an order, so that asking twice takes stock once.
 *
 * @param send - A fetch function, with whatever observes and bounds it.
 */
export function inventoryClient(base: string, send: typeof fetch): InventoryClient {
  const place = (sku: string, order: string): string =>
    `${base}/inventory/${encodeURIComponent(sku)}/reservations/${encodeURIComponent(order)}`
  return {
    async list(signal) {
      const response = await attempt(() => send(`${base}/inventory`, { signal }))
      if (response?.ok) return listed.parse(await response.json()).articles
      await response?.body?.cancel()
      return undefined
    },
    async reserve(order, sku, quantity, signal) {
      const response = await attempt(() =>
        send(place(sku, order), {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ quantity }),
          signal,
        }),
      )
      await response?.body?.cancel()
      if (response?.ok) return 'reserved'
      if (response?.status === 409) return 'out of stock'
      return response?.status === 404 ? 'unknown' : 'unavailable'
    },
    async release(order, sku) {
      const response = await attempt(() => send(place(sku, order), { method: 'DELETE' }))
      await response?.body?.cancel()
      return response?.ok === true
    },
  }
}

/** A service that cannot be reached is an answer like any other; the call's own line and span say why, where it was made. */
async function attempt(call: () => Promise<Response>): Promise<Response | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof OAuth2Error) log.warn('no token for inventory', { code: error.code, reason: error.message })
    return undefined
  }
}
