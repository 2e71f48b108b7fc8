import { Hono } from 'hono'
import { z } from 'zod'
import { readBody } from '../shared/read-body.ts'
import { shopProblem } from '../shared/shop-problem.ts'
import type { StockStore } from './stock-store.ts'

/** What cannot be an article is not looked up: text of PostgreSQL has no NUL, for one. */
const isSku = (sku: string): boolean => /^[\w-]{1,64}$/.test(sku)
const reservation = z.strictObject({ quantity: z.int().min(1).max(1_000) })

/** The routes of stock. */
export function stockRoutes(store: StockStore): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => c.json({ articles: await store.list() }))

  routes.get('/:sku', async (c) => {
    const sku = c.req.param('sku')
    const stock = isSku(sku) ? await store.find(sku) : undefined
    return stock ? c.json(stock) : shopProblem(c, { status: 404, detail: 'There is no such article.' })
  })

  routes.put('/:sku/reservations/:order', async (c) => {
    const { sku, order } = c.req.param()
    if (!z.uuid().safeParse(order).success) return shopProblem(c, { status: 404, detail: 'There is no such order.' })
    const body = await readBody(c.req, reservation)
    if ('invalid' in body) return shopProblem(c, { status: 422, code: 'invalid', errors: body.invalid })
    const answer = isSku(sku) ? await store.reserve(order, sku, body.value.quantity) : 'unknown'
    if (answer === 'reserved') return c.json({ order, sku, quantity: body.value.quantity })
    if (answer === 'unknown') return shopProblem(c, { status: 404, detail: 'There is no such article.' })
    return shopProblem(c, { status: 409, code: 'out_of_stock', detail: 'There is not enough of it left.' })
  })

  routes.delete('/:sku/reservations/:order', async (c) => {
    const { order } = c.req.param()
    if (z.uuid().safeParse(order).success) await store.release(order)
    return c.body(null, 204)
  })

  return routes
}
