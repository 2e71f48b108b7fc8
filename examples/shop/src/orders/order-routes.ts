import { exchange } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { readBody } from '../shared/read-body.ts'
import { shopProblem } from '../shared/shop-problem.ts'
import type { OrderDesk } from './order-desk.ts'
import type { OrderEvents } from './order-events.ts'
import type { Order, OrderStore } from './order-store.ts'

const newOrder = z.strictObject({
  sku: z.string().min(1).max(64),
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

/** The routes of orders. */
export function orderRoutes(store: OrderStore, desk: OrderDesk, events: OrderEvents): Hono {
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

  routes.post('/:id/cancel', async (c) => {
    const id = c.req.param('id')
    const order = isId(id) ? await store.find(id) : undefined
    if (!order) return shopProblem(c, { status: 404, detail: 'There is no such order.' })
    const cancelled = await desk.cancel(id)
    if (cancelled) return c.json(cancelled)
    return shopProblem(c, { status: 409, code: 'not_cancellable', detail: `The order is ${order.status}.` })
  })

  routes.get('/:id/events', async (c) => {
    const id = c.req.param('id')
    const order = isId(id) ? await store.find(id) : undefined
    if (!order) return shopProblem(c, { status: 404, detail: 'There is no such order.' })
    return streamSSE(c, async (stream) => {
      const send = (now: Order): Promise<void> =>
        stream.writeSSE({ event: now.status, id: now.id, data: JSON.stringify(now) })
      const unwatch = events.watch(id, (now) => void send(now))
      const { promise: ended, resolve: end } = Promise.withResolvers<void>()
      stream.onAbort(end)
      exchange(c).signal.addEventListener('abort', () => end(), { once: true })
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), 15_000)
      await send(order)
      await ended
      clearInterval(heartbeat)
      unwatch()
    })
  })

  return routes
}
