import { Hono } from 'hono'
import { mount } from 'hono/mount'
import { describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { currentExchange, exchange, handler, key, middleware, stack, type Exchange } from './index.ts'

/** Collects the exchanges that the parts of a request see. */
function collector(): { seen: Exchange[]; collect: ReturnType<typeof middleware>; distinct(): number } {
  const seen: Exchange[] = []
  return { seen, collect: middleware({ before: (x) => void seen.push(x) }), distinct: () => new Set(seen).size }
}

describe('one exchange', () => {
  test('when a middleware replaces c.req.raw (middleware/8)', async () => {
    const { seen, collect, distinct } = collector()
    const app = new Hono().use(collect)
    app.use(async (c, next) => {
      c.req.raw = new Request(c.req.raw, { headers: { 'x-new': '1' } })
      await next()
    })
    app.use(collect).get('/', (c) => c.text(exchange(c).header('x-new') ?? ''))
    expect(await (await app.request('/')).text()).toBe('1')
    expect([seen.length, distinct()]).toEqual([2, 1])
  })

  test.each(['/', '/deep/er', '/caf%C3%A9', '/x?query=1'])('under app.mount at %s (middleware/8)', async (path) => {
    const { seen, collect, distinct } = collector()
    const inner = new Hono().use(collect).all('*', (c) => c.text('inner'))
    const request = { method: 'POST', body: 'x', headers: { 'x-one': '1' } }
    for (const app of [
      new Hono().use(collect).mount('/m', inner.fetch),
      new Hono().use(collect).all('/m/*', mount(inner.fetch)),
      new Hono().use(collect).mount('/m', inner.fetch, { replaceRequest: false }),
    ]) {
      seen.length = 0
      expect(await (await app.request(`/m${path}`, request)).text()).toBe('inner')
      expect([seen.length, distinct()]).toEqual([2, 1])
    }
  })

  test('when code between two layers copies the request (middleware/8)', async () => {
    const { seen, collect, distinct } = collector()
    const app = new Hono().use(collect).get('/a', (c) => c.text('ok'))
    const fetch = handler(collect, (request: Request) => app.fetch(new Request(request)))
    await fetch(new Request('http://localhost/a', { headers: { cookie: 'a=b' } }))
    expect([seen.length, distinct()]).toEqual([2, 1])
  })

  test('an in-process app.request() inside a handler is its own (middleware/11)', async () => {
    const { seen, collect, distinct } = collector()
    const inner = new Hono().use(collect).get('*', (c) => c.text('inner'))
    const app = new Hono().use(collect)
    app.get('/outer/same', async () => {
      await inner.request('/same')
      await inner.request('/outer/same')
      await Promise.resolve()
      return inner.request('/other')
    })
    app.use('/proxy/*', async () => inner.request('/proxy/x', { headers: { 'x-from': 'proxy' } }))
    await app.request('/outer/same')
    expect([seen.length, distinct()]).toEqual([4, 4])
    seen.length = 0
    await app.request('/proxy/x')
    expect([seen.length, distinct()]).toEqual([2, 2])
  })

  test('a Request that is sent twice has two (middleware/8)', async () => {
    const { collect, distinct } = collector()
    const app = new Hono().use(collect).get('/', (c) => c.text('ok'))
    const request = new Request('http://localhost/')
    await app.fetch(request)
    await app.fetch(request)
    expect(distinct()).toBe(2)
  })
})

describe('the ambient exchange', () => {
  const slow = async (): Promise<string> => {
    const before = currentExchange()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
    await Promise.all([
      Promise.resolve().then(() => undefined),
      new Promise((resolve) => queueMicrotask(() => resolve(0))),
    ])
    return before === currentExchange() ? (currentExchange()?.path ?? 'none') : 'changed'
  }

  test('survives await, timers and promise chains, and never leaks among 1,000 requests (middleware/10)', async () => {
    const app = new Hono().use(middleware({})).get('*', async (c) => c.text(await slow()))
    const fetch = handler(middleware({}), async () => new Response(await slow()))
    const paths = Array.from({ length: 1_000 }, (_, i) => `/request/${i}`)
    const answers = await Promise.all(
      paths.map(async (path, i) => {
        const answer = i % 2 ? app.request(path) : fetch(new Request(`http://localhost${path}`))
        return (await answer).text()
      }),
    )
    expect(answers).toEqual(paths)
    expect(currentExchange()).toBeUndefined()
  })
})

describe('exchange()', () => {
  test('finds by context and by request (middleware/45)', async () => {
    const found: unknown[] = []
    const app = new Hono().use(middleware({ before: (x) => void found.push(x) }))
    app.get('/', (c) => {
      found.push(exchange(c), exchange(c.req.raw), exchange(new Request(c.req.raw)))
      return c.text('ok')
    })
    const fetch = handler(middleware({}), (request: Request) => app.fetch(request))
    await fetch(new Request('http://localhost/'))
    expect(found).toHaveLength(4)
    expect(new Set(found).size).toBe(1)
  })

  test('throws ERR_NO_EXCHANGE where no middleware ran (middleware/45)', async () => {
    expect(() => exchange(new Request('http://localhost/'))).toThrow(
      expect.objectContaining({ code: 'ERR_NO_EXCHANGE' }),
    )
    const app = new Hono().get('/', (c) => {
      expect(() => exchange(c)).toThrow(expect.objectContaining({ code: 'ERR_NO_EXCHANGE' }))
      return c.text('ok')
    })
    expect((await app.request('/')).status).toBe(200)
  })

  test('a value set under a key is read under a key of the same name (middleware/45)', async () => {
    const values: unknown[] = []
    const app = new Hono().use(
      middleware({ before: (x) => x.set(key<number>('acme.tenant'), 7) }),
      middleware({ before: (x) => void values.push(x.get(key<number>('acme.tenant')), x.get(key('acme.other'))) }),
    )
    await app.request('/')
    expect(values).toEqual([7, undefined])
  })
})

test('tells method, url, path, scheme, host and headers (middleware/45)', async () => {
  let x: Exchange | undefined
  const fetch = handler(stack(middleware({ before: (y) => void (x = y) })), () => new Response())
  for (const [url, path, scheme, host] of [
    ['http://example.test:8080/a%2Fb/c?d=/e#f', '/a%2Fb/c', 'http', 'example.test:8080'],
    ['https://user:secret@example.test/?q', '/', 'https', 'example.test'],
    ['http://[::1]:8080/x', '/x', 'http', '[::1]:8080'],
    ['http://example.test//double//x', '//double//x', 'http', 'example.test'],
    ['http://example.test/a#b?c', '/a', 'http', 'example.test'],
    ['https://example.test', '/', 'https', 'example.test'],
    ['/x?y=http://z/livez', '/x', 'http', ''],
  ] as const) {
    // Servers hand over URLs that the constructor of Request refuses: with user information, or relative ones.
    const request = Object.defineProperty(new Request('http://a/', { headers: { 'X-Thing': 'yes' } }), 'url', {
      value: url,
    })
    await fetch(request)
    expect([x?.url, x?.path, x?.scheme, x?.host]).toEqual([url, path, scheme, host])
    expect([x?.method, x?.header('x-thing'), x?.header('none')]).toEqual(['GET', 'yes', undefined])
  }
})

test('one Request that is sent several times at once has an exchange for each (middleware/8) (middleware/25)', async () => {
  const found: Exchange[] = []
  const ends: Exchange[] = []
  const part = middleware({ before: (x) => void found.push(x), settled: (x) => void ends.push(x) })
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))
  const app = new Hono().use(part).get('/', async (c) => {
    const mine = exchange(c)
    await wait()
    return c.json([mine === exchange(c), mine === exchange(c.req.raw), mine === currentExchange()])
  })
  const fetch = handler(part, async (request: Request) => {
    const mine = exchange(request)
    await wait()
    return Response.json([mine === exchange(request), mine === currentExchange()])
  })
  for (const send of [app.fetch, fetch]) {
    found.length = ends.length = 0
    const request = new Request('http://localhost/')
    const answers = await Promise.all(Array.from({ length: 3 }, async () => (await send(request)).json()))
    expect(answers.flat().every(Boolean)).toBe(true)
    expect([new Set(found).size, new Set(ends).size, ends.length]).toEqual([3, 3, 3])
  }
})

test('method, url, path and host are those that the server was asked for, whoever reads them first (middleware/8)', async () => {
  const seen: unknown[] = []
  const look = (x: Exchange): void => void seen.push([x.method, x.url, x.path, x.host].join(' '))
  const inner = new Hono().use(middleware({ before: look })).all('*', (c) => c.text(c.req.path))
  const middle = new Hono().use(middleware({})).mount('/n', inner.fetch)
  const app = new Hono().use(middleware({ settled: look })).mount('/m', middle.fetch)
  expect(await (await app.request('http://a.test/m/n/x?y')).text()).toBe('/x')
  const replaces = middleware({
    around: (x, next) => next(new Request('http://b.test/other', { headers: x.request.headers, method: 'PUT' })),
    settled: look,
  })
  await handler(stack(replaces, middleware({ before: look })), () => Response.json({}))(
    new Request('http://a.test/m/n/x?y'),
  )
  expect(seen).toEqual(Array(4).fill('GET http://a.test/m/n/x?y /m/n/x a.test'))
})

test('settled has its ambient exchange, for every kind of end (middleware/10)', async () => {
  const ends: unknown[] = []
  const app = new Hono().use(middleware({ settled: (x) => void ends.push([x.path, currentExchange() === x]) }))
  app.get('/json', (c) => c.json({}))
  app.get('/stream', () => new Response(new Blob(['abc']).stream()))
  app.get('/endless', () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(1_000)) })))
  app.get('/slow', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return c.text('slow')
  })
  await using server = await serve(app.fetch)
  await (await fetch(`${server.url}/json`)).text()
  await (await fetch(`${server.url}/stream`)).text()
  await (await fetch(`${server.url}/endless`)).body?.cancel()
  await fetch(`${server.url}/slow`, { signal: AbortSignal.timeout(30) }).catch(() => undefined)
  await eventually(() => ends.length === 4, 'four ends')
  expect(ends.toSorted()).toEqual(['/endless', '/json', '/slow', '/stream'].map((path) => [path, true]))
})
