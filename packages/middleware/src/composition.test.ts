import { Hono } from 'hono'
import { every, except, some } from 'hono/combine'
import { createFactory } from 'hono/factory'
import { expect, test } from 'vitest'
import { exchange, middleware, requestId } from './index.ts'

test('works wherever Hono takes a middleware (middleware/47)', async () => {
  const seen: string[] = []
  const note = (name: string): ReturnType<typeof middleware> => middleware({ before: () => void seen.push(name) })
  const app = new Hono()
    .use('/used', note('use'))
    .use('/every', every(note('every 1'), note('every 2')))
    .use('/excepted/*', except('/excepted/public', note('except')))
    .use('/some', some(note('some')))
    .on(['GET'], '/on', note('on'), (c) => c.text('on'))
    .all('/all', note('all'), (c) => c.text('all'))
    .get('/made', ...createFactory().createHandlers(note('made'), (c) => c.text('made')))
    .get('/orders/:id', note('get'), (c) => c.text(c.req.param('id')))
    .route(
      '/sub',
      new Hono().use(note('sub')).get('/x', (c) => c.text('x')),
    )
    .get('*', (c) => c.text('rest'))
  for (const path of [
    '/used',
    '/every',
    '/excepted/a',
    '/excepted/public',
    '/some',
    '/on',
    '/all',
    '/made',
    '/orders/7',
    '/sub/x',
  ]) {
    expect((await app.request(path)).status).toBe(200)
  }
  expect(await (await app.request('/orders/8')).text()).toBe('8')
  expect(seen).toEqual([...['use', 'every 1', 'every 2', 'except', 'some', 'on', 'all', 'made', 'get', 'sub', 'get']])
})

test('a function of ours reads well in stack traces and route listings (middleware/47)', () => {
  const app = new Hono().use(requestId(), middleware({ name: 'tracing' }))
  expect(app.routes.map(({ handler }) => handler.name)).toEqual(['requestId', 'tracing'])
})

test.each(['OPTIONS', 'HEAD', 'TRACE-LIKE', 'DELETE'])('%s passes through (middleware/39)', async (method) => {
  const app = new Hono().use(requestId()).on(['OPTIONS', 'GET', 'TRACE-LIKE', 'DELETE'], '/', (c) => c.body(null, 204))
  const response = await app.request('/', { method })
  expect([response.status, await response.text()]).toEqual([204, ''])
  expect(response.headers.get('x-request-id')).not.toBeNull()
})

test.each([204, 205, 304])('a %d has no body, whatever is added to it (middleware/39)', async (status) => {
  const app = new Hono().use(requestId()).get('/', () => new Response(null, { status }))
  const response = await app.request('/')
  expect([response.status, response.body, response.headers.get('x-request-id')?.length]).toEqual([status, null, 22])
})

test('the exchange is there for the handler of a route that only it guards (middleware/47)', async () => {
  const app = new Hono().get('/', requestId(), (c) => c.text(exchange(c).requestId ?? ''))
  const response = await app.request('/')
  expect(await response.text()).toBe(response.headers.get('x-request-id'))
})
