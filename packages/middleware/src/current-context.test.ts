import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { currentContext, handler, matchedRoutes, middleware, registeredHandler, stack } from './index.ts'

/** Records the routes of the application that a part runs in. */
function observed(): { seen: (string | undefined)[]; part: ReturnType<typeof middleware> } {
  const seen: (string | undefined)[] = []
  const part = middleware({
    before(x) {
      const c = currentContext(x)
      seen.push(
        c &&
          matchedRoutes(c)
            .map(({ path }) => path)
            .join(' '),
      )
    },
  })
  return { seen, part }
}

test('each application has its own context, also under app.mount (middleware/8)', async () => {
  const { seen, part } = observed()
  const inner = new Hono().use(part).get('/x', (c) => c.text(''))
  await new Hono().use(part).mount('/m', inner.fetch).request('/m/x')
  expect(seen).toEqual(['/* /m/*', '/* /x'])
})

test('plain Fetch has none, also inside a Hono application (middleware/8)', async () => {
  const { seen, part } = observed()
  const fetch = handler(part, () => new Response())
  await fetch(new Request('http://localhost/'))
  await new Hono()
    .use(part)
    .all('/f', (c) => fetch(c.req.raw))
    .request('/f')
  expect(seen).toEqual([undefined, '/* /f', undefined])
})

test('two applications that one request runs at once do not take each other for their own (middleware/8)', async () => {
  const { seen, part } = observed()
  const waits = middleware({ before: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) })
  const one = new Hono().use(stack(waits, part)).get('/x/one', (c) => c.text(''))
  const two = new Hono().use(stack(waits, part)).get('/x/:two', (c) => c.text(''))
  const both = new Hono().use(middleware({})).get('/x/one', async (c) => {
    await Promise.all([one.fetch(c.req.raw), two.fetch(c.req.raw)])
    return c.text('')
  })
  await both.request('/x/one')
  expect(seen.toSorted()).toEqual(['/* /x/:two', '/* /x/one'])
})

test('the function that was registered is found under what a sub-application wraps it in (middleware/23)', () => {
  const mine = (): Response => new Response()
  const sub = new Hono().onError((_error, c) => c.text('')).get('/x', mine)
  const app = new Hono().route('/s', new Hono().onError((_error, c) => c.text('')).route('/', sub))
  const [entry] = app.routes
  expect(entry?.handler).not.toBe(mine)
  expect(entry && registeredHandler(entry)).toBe(mine)
})
