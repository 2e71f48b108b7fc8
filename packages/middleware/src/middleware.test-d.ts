import { Hono } from 'hono'
import { hc } from 'hono/client'
import { every, except } from 'hono/combine'
import { createFactory } from 'hono/factory'
import type { ServerMiddleware } from 'srvx'
import { exchange, handler, key, middleware, requestId, stack, trustProxy, type Middleware } from './index.ts'

const mw: Middleware = requestId()

// A middleware is taken wherever Hono takes one, and path parameters stay inferred.
const app = new Hono()
  .use(mw)
  .use('/api/*', mw, middleware({}))
  .get('/orders/:id', mw, (c) => {
    const id: string = c.req.param('id')
    return c.json({ id, request: exchange(c).requestId ?? null }, 201)
  })
  .on(['GET', 'PUT'], '/on', mw, (c) => c.text('on'))
  .all('/all', mw, (c) => c.text('all'))
  .use('/every', every(mw, mw))
  .use('/except', except('/public', mw))
  .route(
    '/sub',
    new Hono().use(mw).get('/x', (c) => c.text('x')),
  )

export const handlers: unknown = createFactory().createHandlers(mw, (c) => c.text('made'))

// The client infers the exact status and body.
export async function infers(): Promise<string> {
  const response = await hc<typeof app>('http://localhost').orders[':id'].$get({ param: { id: '1' } })
  const status: 201 = response.status
  const { id } = await response.json()
  return `${id}${status}`
}

// srvx takes it as its own.
export const srvx: ServerMiddleware[] = [mw, stack(mw, trustProxy('loopback'))]

// handler() keeps the type of the request and of further arguments.
interface BunRequest extends Request {
  readonly params: { readonly id: string }
}
export const wrapped: (request: BunRequest, server: { port: number }) => Response | Promise<Response> = handler(
  stack(mw),
  (request: BunRequest, server: { port: number }) => Response.json([request.params.id, server.port]),
)

// A key carries the type of its value.
const tenant = key<{ readonly name: string }>('acme.tenant')
export const keyed: Middleware = middleware({
  before(x) {
    x.set(tenant, { name: 'a' })
    const name: string | undefined = x.get(tenant)?.name
    // @ts-expect-error a value of another type
    x.set(tenant, 1)
    return name === undefined ? Response.json({}) : undefined
  },
})

// @ts-expect-error a number of hops or ranges must be given
trustProxy({})
// @ts-expect-error there is no such range
trustProxy('all')
