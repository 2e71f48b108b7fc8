import { exchange, type Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { z } from 'zod'
import { readBody } from '../shared/read-body.ts'
import { shopProblem } from '../shared/shop-problem.ts'
import type { OrderDesk } from './order-desk.ts'
import type { OrderEvents } from './order-events.ts'
import type { Order, OrderStore } from './order-store.ts'

const newOrder = z.strictObject({
  sku: z.string().regex(/^[\w-]{1,64}$/, 'An article has up to 64 letters, digits, - and _.'),
  quantity: z.int().min(1).max(1_000),
})
const page = z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), after: z.uuid().optional() })
const isId = (id: string): boolean => z.uuid().safeParse(id).success

const refusals = {
  'out of stock': { status: 409, code: 'out_of_stock', detail: 'There is not enough of it left.' },
  'unknown sku': { status: 422, code: 'unknown_sku', detail: 'There is no such article.' },
  'inventory unavailable': {
    status: 503,
    code: 'inventory_unavailable',
    detail: 'Try again in a moment.',
    headers: { 'retry-after': '2' },
  },
} as const

/**
 * The routes of orders.
 *
 * @param canCancel - Who may cancel; for the rest the default holds.
 */
export function orderRoutes(store: OrderStore, desk: OrderDesk, events: OrderEvents, canCancel: Middleware): Hono {
  const routes = new Hono()

  routes.post('/', async (c) => {
    const body = await readBody(c.req, newOrder)
    if ('invalid' in body) return shopProblem(c, { status: 422, code: 'invalid', errors: body.invalid })
    const placed = await desk.place(body.value.sku, body.value.quantity, exchange(c).signal)
    if ('refused' in placed) return shopProblem(c, refusals[placed.refused])
    return c.json(placed.order, 201, { location: `/orders/${placed.order.id}` })
  })

  routes.get('/', async (c) => {
    const query = page.safeParse(c.req.query())
    if (!query.success) return shopProblem(c, { status: 400, detail: z.prettifyError(query.error) })
    return c.json(await store.list(query.data.limit, query.data.after))
  })

  routes.get('/:id', async (c) => {
    const order = isId(c.req.param('id')) ? await store.find(c.req.param('id')) : undefined
    return order ? c.json(order) : shopProblem(c, { status: 404, detail: 'There is no such order.' })
  })

  routes.post('/:id/cancel', canCancel, async (c) => {
    const id = c.req.param('id')
    const order = isId(id) ? await store.find(id) : undefined
    if (!order) return shopProblem(c, { status: 404, detail: 'There is no such order.' })
    const cancelled = await desk.cancel(id)
    // 202: inventory does not answer, and will get its stock back later.
    if (cancelled) return c.json(cancelled, cancelled.status === 'cancelled' ? 200 : 202)
    const { status } = (await store.find(id)) ?? order
    return shopProblem(c, { status: 409, code: 'not_cancellable', detail: `The order is ${status}.` })
  })

  routes.get('/:id/events', async (c) => {
    const id = c.req.param('id')
    const order = isId(id) ? await store.find(id) : undefined
    if (!order) return shopProblem(c, { status: 404, detail: 'There is no such order.' })
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' })
    return streamSSE(c, (stream) => follow(stream, id, exchange(c).signal))
  })

  /** Tells the status of an order now and at every change, until the client leaves or the service stops. */
  async function follow(stream: SSEStreamingApi, id: string, signal: AbortSignal): Promise<void> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const send = (now: Order): Promise<void> =>
      stream.writeSSE({ event: now.status, id: now.id, data: JSON.stringify(now) })
    let changed = false
    // Watched before it is read: a change in between is not lost.
    const unwatch = events.watch(id, (now) => {
      changed = true
      void send(now)
    })
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), 15_000)
    stream.onAbort(end)
    if (signal.aborted) end()
    signal.addEventListener('abort', () => end(), { once: true })
    const order = await store.find(id)
    if (order && !changed) await send(order)
    await ended
    clearInterval(heartbeat)
    unwatch()
  }

  return routes
}
