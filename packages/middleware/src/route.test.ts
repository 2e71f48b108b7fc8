import { Hono, type Context } from 'hono'
import { describe, expect, test } from 'vitest'
import { handler, middleware, stack, type Exchange } from './index.ts'

/** Records the route as each hook sees it. */
function observed(): {
  before: (string | undefined)[]
  after: (string | undefined)[]
  part: ReturnType<typeof middleware>
} {
  const before: (string | undefined)[] = []
  const after: (string | undefined)[] = []
  return {
    before,
    after,
    part: middleware({ before: (x) => void before.push(x.route), after: (x) => void after.push(x.route) }),
  }
}

interface Case {
  readonly name: string
  readonly app: (app: Hono) => Hono
  readonly request?: RequestInit
  readonly path: string
  readonly route: string | undefined
  /** Where the prediction before the handler is wider than the answer. */
  readonly predicted?: string | undefined
  readonly status?: number
}

const text = (c: Context): Response => c.text('ok')
const html = (c: Context): Response => c.body('spa')
const denies = middleware({ before: () => new Response(null, { status: 401 }) })

const cases: Case[] = [
  { name: 'a parameter', app: (a) => a.get('/orders/:id', text), path: '/orders/1', route: '/orders/:id' },
  {
    name: 'a catch-all of a single-page application after it',
    app: (a) => a.get('/orders/:id', text).get('/*', html),
    path: '/orders/1',
    route: '/orders/:id',
  },
  {
    name: 'the catch-all itself',
    app: (a) => a.get('/orders/:id', text).get('/*', html),
    path: '/somewhere/else',
    route: '/*',
  },
  { name: 'app.all', app: (a) => a.all('/hook', text), path: '/hook', route: '/hook' },
  {
    name: 'a handler with next on a wildcard that answers',
    app: (a) => a.get('/static/*', async (c, _next) => c.text('file')),
    path: '/static/a.css',
    route: '/static/*',
  },
  {
    name: 'a handler with next on a wildcard that finds nothing',
    app: (a) => a.get('/static/*', async (_c, next) => next()),
    path: '/static/a.css',
    route: undefined,
    predicted: '/static/*',
    status: 404,
  },
  {
    name: 'a wildcard on a method that passes on to a route',
    app: (a) => a.get('/api/*', async (_c, next) => next()).get('/api/orders/:id', text),
    path: '/api/orders/1',
    route: '/api/orders/:id',
  },
  { name: 'a regular expression', app: (a) => a.get('/n/:id{[0-9]+}', text), path: '/n/12', route: '/n/:id{[0-9]+}' },
  { name: 'an optional parameter, given', app: (a) => a.get('/o/:id?', text), path: '/o/1', route: '/o/:id?' },
  { name: 'an optional parameter, not given', app: (a) => a.get('/o/:id?', text), path: '/o', route: '/o/:id?' },
  {
    name: 'a sub-application',
    app: (a) => a.route('/v1', new Hono().get('/things/:id', text)),
    path: '/v1/things/1',
    route: '/v1/things/:id',
  },
  {
    name: 'a sub-application with its own onError',
    app: (a) => a.route('/v1', new Hono().onError((_e, c) => c.text('', 500)).get('/things/:id', text)),
    path: '/v1/things/1',
    route: '/v1/things/:id',
  },
  {
    name: 'a sub-application in a sub-application, each with its own onError, whose handler throws',
    app: (a) => {
      const inner = new Hono()
        .onError((_e, c) => c.text('', 503))
        .get('/:id', () => {
          throw new Error('boom')
        })
      return a.route('/v1', new Hono().onError((_e, c) => c.text('', 500)).route('/things', inner))
    },
    path: '/v1/things/1',
    route: '/v1/things/:id',
    status: 503,
  },
  { name: 'basePath', app: (a) => a.basePath('/v2').get('/x', text), path: '/v2/x', route: '/v2/x' },
  {
    name: 'another method',
    app: (a) => a.get('/orders/:id', text),
    request: { method: 'POST' },
    path: '/orders/1',
    route: undefined,
    status: 404,
  },
  {
    name: 'a request that a guard at /admin/* refuses',
    app: (a) => a.use('/admin/*', denies).get('/admin/users/:id', text),
    path: '/admin/users/1',
    route: '/admin/users/:id',
    status: 401,
  },
  {
    name: 'a request that a foreign guard at /admin/* refuses',
    app: (a) => a.use('/admin/*', async (c, _next) => c.text('no', 401)).get('/admin/users/:id', text),
    path: '/admin/users/1',
    route: '/admin/users/:id',
    status: 401,
  },
  {
    name: 'a request that a guard on the route refuses',
    app: (a) => a.get('/orders/:id', denies, text),
    path: '/orders/1',
    route: '/orders/:id',
    status: 401,
  },
  { name: 'HEAD', app: (a) => a.get('/h/:id', text), request: { method: 'HEAD' }, path: '/h/1', route: '/h/:id' },
  {
    name: "a handler's own 404",
    app: (a) => a.get('/orders/:id', (c) => c.notFound()),
    path: '/orders/1',
    route: '/orders/:id',
    status: 404,
  },
  {
    name: "a catch-all handler's own 404",
    app: (a) => a.get('/files/*', (c) => c.text('none', 404)),
    path: '/files/a',
    route: '/files/*',
    status: 404,
  },
  { name: 'nothing', app: (a) => a.get('/x', text), path: '/nothing', route: undefined, status: 404 },
  {
    name: 'nothing but middleware',
    app: (a) => a.use(async (_c, next) => next()),
    path: '/n',
    route: undefined,
    status: 404,
  },
  {
    name: 'app.mount',
    app: (a) => a.mount('/m', new Hono().get('/x', text).fetch),
    path: '/m/x',
    route: undefined,
  },
]

describe('the route of a request that matches', () => {
  test.each(cases)('$name (middleware/23)', async ({ app, request, path, route, status, ...rest }) => {
    const { before, after, part } = observed()
    const response = await app(new Hono().use(part, middleware({}))).request(path, request)
    expect(response.status).toBe(status ?? 200)
    expect(after).toEqual([route])
    expect(before).toEqual(['predicted' in rest ? rest.predicted : route])
  })

  test('also with our own part mounted on the sub-application alone (middleware/23)', async () => {
    const { after, part } = observed()
    const inner = new Hono()
      .onError((_e, c) => c.text('', 500))
      .use(part)
      .get('/b/:id', text)
    await new Hono().route('/a', inner).request('/a/b/1')
    expect(after).toEqual(['/a/b/:id'])
  })
})

test('a route that the application sets stays (middleware/24)', async () => {
  const { after, part } = observed()
  const sets = middleware({ before: (x) => void (x.route = '/mine/{id}') })
  await new Hono().use(part, sets).get('/orders/:id', text).request('/orders/1')
  expect(after).toEqual(['/mine/{id}'])
})

test('under plain Fetch the route comes from the option, or is undefined (middleware/24)', async () => {
  const routes: (string | undefined)[] = []
  const part = middleware({
    before: (x) => void routes.push(x.route),
    after: (x: Exchange) => void routes.push(x.route),
  })
  const fetch = (): Response => Response.json({})
  const route = (request: Request): string | undefined => (request.url.includes('/orders/') ? '/orders/:id' : undefined)
  await handler(stack(part), fetch, { route })(new Request('http://localhost/orders/1'))
  await handler(stack(part), fetch, { route })(new Request('http://localhost/x'))
  await handler(stack(part), fetch)(new Request('http://localhost/orders/1'))
  expect(routes).toEqual(['/orders/:id', '/orders/:id', undefined, undefined, undefined, undefined])
})

test('under plain Fetch a handler inside another tells the route to both (middleware/24)', async () => {
  const { before, after, part } = observed()
  const inner = handler(part, () => Response.json({}), { route: () => '/orders/:id' })
  await handler(part, inner)(new Request('http://localhost/orders/1'))
  expect({ before, after }).toEqual({ before: [undefined, '/orders/:id'], after: ['/orders/:id', '/orders/:id'] })
  const outer = handler(
    part,
    handler(part, () => Response.json({})),
    { route: () => '/outer' },
  )
  await outer(new Request('http://localhost/orders/1'))
  expect(after.slice(2)).toEqual(['/outer', '/outer'])
})

test('Hono still has the list of matched routes that the route is read from (middleware/23)', async () => {
  const app = new Hono().get('/x', (c) => c.json(c.req.matchedRoutes.map(({ path, method }) => `${method} ${path}`)))
  expect(await (await app.request('/x')).json()).toEqual(['GET /x'])
})
