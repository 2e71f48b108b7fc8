import { diag, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { handler, middleware, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tracing, type TracingOptions } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

/** What the SDK complains about, a span that ends twice for example. */
function listen(): unknown[] {
  const complaints: unknown[] = []
  const note = (...words: unknown[]): void => void complaints.push(words)
  diag.setLogger({ error: note, warn: note, info: () => undefined, debug: () => undefined, verbose: () => undefined })
  return complaints
}

interface App {
  request(path: string, init?: RequestInit): Response | Promise<Response>
}

async function visit(app: App, path: string, init?: RequestInit): Promise<Response> {
  const response = await app.request(path, init)
  await response.arrayBuffer()
  return response
}

function orders(options?: TracingOptions): Hono {
  const app = new Hono().use(tracing(options))
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  app.on('PURGE', '/orders/:id', (c) => c.json({}))
  return app
}

/** The same routes through every way of mounting. */
const doors: Readonly<Record<string, () => App>> = {
  'app.use()': () => orders(),
  'several app.use()': () => {
    const app = new Hono()
      .use(middleware({ name: 'outer' }))
      .use(tracing())
      .use(middleware({ name: 'inner' }))
    return app.get('/orders/:id', (c) => c.json({}))
  },
  'stack()': () => new Hono().use(stack(middleware({}), tracing())).get('/orders/:id', (c) => c.json({})),
  'a sub-application': () => {
    const inner = new Hono().get('/:id', (c) => c.json({}))
    inner.onError((_error, c) => c.json({}, 500))
    return new Hono().use(tracing()).route('/orders', inner)
  },
  'a sub-application of its own': () => {
    const inner = new Hono().use(tracing()).get('/:id', (c) => c.json({}))
    return new Hono().route('/orders', inner)
  },
  'handler()': () => {
    const fetch = handler(tracing(), () => Response.json({}), { route: () => '/orders/:id' })
    return { request: (path, init) => fetch(new Request(`http://localhost${path}`, init)) }
  },
}

describe('name and kind', () => {
  for (const [door, open] of Object.entries(doors)) {
    test(`method and template, SERVER, through ${door} (tracing/1)`, async () => {
      await visit(open(), '/orders/7')
      expect(sdk.only().name).toBe('GET /orders/:id')
      expect(sdk.only().kind).toBe(SpanKind.SERVER)
      expect(sdk.only().attributes['http.route']).toBe('/orders/:id')
    })
  }

  test('a scan of a thousand unknown paths makes one name (tracing/2)', async () => {
    const app = orders()
    for (let i = 0; i < 1_000; i++) await visit(app, `/scan/${i}.php`)
    expect(new Set(sdk.ended.map(({ name }) => name))).toEqual(new Set(['GET']))
    expect(sdk.ended).toHaveLength(1_000)
    expect(sdk.ended.some(({ attributes }) => 'http.route' in attributes)).toBe(false)
  })

  test('a known path with an unknown method makes the same name (tracing/2)', async () => {
    await visit(orders(), '/orders/7', { method: 'DELETE' })
    expect(sdk.only().name).toBe('DELETE')
  })

  test('a route that answers 404 itself keeps its name (tracing/1)', async () => {
    const app = new Hono().use(tracing()).get('/orders/:id', (c) => c.json({}, 404))
    await visit(app, '/orders/7')
    expect(sdk.only().name).toBe('GET /orders/:id')
  })

  test('a catch-all that passes on is no route (tracing/2)', async () => {
    const app = new Hono().use(tracing()).get('/static/*', (_c, next) => next())
    await visit(app, '/static/a.js')
    expect(sdk.only().name).toBe('GET')
    expect(sdk.only().attributes).not.toHaveProperty(['http.route'])
  })

  test('a catch-all that answers is one (tracing/1)', async () => {
    const app = new Hono()
      .use(tracing())
      .get('/static/*', (c, next) => (c.req.path.endsWith('.js') ? c.json({}) : next()))
    await visit(app, '/static/a.js')
    expect(sdk.only().name).toBe('GET /static/*')
    expect(sdk.only().attributes['http.route']).toBe('/static/*')
  })

  test('a method outside the known set is HTTP and _OTHER (tracing/3)', async () => {
    const app = orders()
    await visit(app, '/orders/7', { method: 'PURGE' })
    await visit(app, '/nothing', { method: 'PURGE' })
    expect(sdk.ended.map(({ name }) => name)).toEqual(['HTTP /orders/:id', 'HTTP'])
    expect(sdk.ended[0]?.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
    })
  })

  test('QUERY is known, and the original method is told only of others (tracing/3)', async () => {
    await visit(orders(), '/nothing', { method: 'QUERY' })
    expect(sdk.only().name).toBe('QUERY')
    expect(sdk.only().attributes).not.toHaveProperty(['http.request.method_original'])
  })

  test('the environment replaces the known set (tracing/4)', async () => {
    process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] = 'PURGE, LINK,'
    const app = orders()
    delete process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS']
    await visit(app, '/orders/7', { method: 'PURGE' })
    await visit(app, '/orders/7')
    expect(sdk.ended.map(({ name }) => name)).toEqual(['PURGE /orders/:id', 'HTTP /orders/:id'])
    expect(sdk.ended[1]?.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'GET',
    })
  })
})

describe('ignored requests', () => {
  test('probes and scrapes are not recorded (tracing/13)', async () => {
    const app = new Hono().use(tracing()).all('*', (c) => c.json({}))
    for (const path of ['/livez', '/readyz', '/startupz', '/healthz', '/metrics', '/orders']) await visit(app, path)
    expect(sdk.only().attributes['url.path']).toBe('/orders')
  })

  test('nor is what they call (tracing/13)', async () => {
    const app = new Hono().use(tracing())
    app.get('/readyz', async (c) => {
      await Promise.resolve()
      trace.getTracer('database').startSpan('ping').end()
      return c.json({})
    })
    await visit(app, '/readyz')
    expect(sdk.ended).toEqual([])
  })

  test('the application chooses others (tracing/14)', async () => {
    const app = new Hono().use(tracing({ ignore: (x) => x.path === '/quiet' })).all('*', (c) => c.json({}))
    await visit(app, '/quiet')
    await visit(app, '/livez')
    expect(sdk.only().attributes['url.path']).toBe('/livez')
  })
})

describe('several at once', () => {
  test('tracing mounted twice makes one span (tracing/15)', async () => {
    const inner = new Hono().use(tracing()).get('/:id', (c) => c.json({}))
    const complaints = listen()
    await visit(new Hono().use(tracing()).route('/orders', inner), '/orders/7')
    diag.disable()
    expect(sdk.started).toHaveLength(1)
    expect(sdk.only().name).toBe('GET /orders/:id')
    expect(complaints).toEqual([])
  })

  test('a request inside a request gets a span of its own, below (tracing/16)', async () => {
    const app = orders()
    app.get('/outer', async (c) => c.json(await (await app.request('/orders/7')).json()))
    await visit(app, '/outer')
    const inner = sdk.named('GET /orders/:id')
    expect(inner.parentSpanContext?.spanId).toBe(sdk.named('GET /outer').spanContext().spanId)
    expect(sdk.ended).toHaveLength(2)
  })

  test('five hundred interleaved requests each see their own span (tracing/17)', async () => {
    const app = new Hono().use(tracing())
    app.get('/orders/:id', async (c) => {
      const before = trace.getActiveSpan()?.spanContext().spanId
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
      return c.json({ before, after: trace.getActiveSpan()?.spanContext().spanId })
    })
    const seen = await Promise.all(
      Array.from({ length: 500 }, async (_, i) => {
        const { before, after } = (await (await app.request(`/orders/${i}`)).json()) as Record<string, string>
        expect(after).toBe(before)
        return before
      }),
    )
    expect(new Set(seen)).toEqual(new Set(sdk.ended.map((span) => span.spanContext().spanId)))
    expect(new Set(seen).size).toBe(500)
  })

  test('what later parts do in before, after and settled belongs to the span, wherever they are mounted (tracing/17)', async () => {
    const seen: Record<string, string | undefined> = {}
    const active = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId
    const watcher = (name: string) =>
      middleware({
        before: () => void (seen[`${name} before`] = active()),
        after: () => void (seen[`${name} after`] = active()),
        settled: () => void (seen[`${name} settled`] = active()),
      })
    const app = new Hono().use(watcher('outer'), tracing(), watcher('inner')).get('/', (c) => c.json({}))
    await visit(app, '/')
    const { spanId } = sdk.only().spanContext()
    expect(seen).toEqual({
      'outer before': undefined,
      'inner before': spanId,
      'inner after': spanId,
      'outer after': spanId,
      'inner settled': spanId,
      'outer settled': spanId,
    })
  })
})

describe('when something is wrong', () => {
  test('an option that throws costs the span, not the request (tracing/18)', async () => {
    const boom = (): never => {
      throw new Error('option')
    }
    const complaints = listen()
    for (const options of [{ ignore: boom }, { attributes: boom }, { trustRemote: boom }]) {
      const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
      const response = await visit(orders(options), '/orders/7', { headers })
      expect(response.status).toBe(200)
    }
    diag.disable()
    expect(complaints).toHaveLength(3)
    expect(sdk.ended).toEqual([])
  })

  test('an SDK that throws does too (tracing/18)', async () => {
    sdk.stop()
    sdk = startSdk({
      sampler: {
        shouldSample() {
          throw new Error('sampler')
        },
        toString: () => 'broken',
      },
    })
    const response = await visit(orders(), '/orders/7')
    sdk.stop()
    sdk = startSdk()
    expect(response.status).toBe(200)
  })

  test('an unknown response header is refused at once (tracing/10)', () => {
    // @ts-expect-error -- what a caller without types may write
    expect(() => tracing({ responseHeader: 'traceresponse' })).toThrow(
      expect.objectContaining({ code: 'ERR_TRACING_RESPONSE_HEADER' }),
    )
  })
})

test('a span starts without a status and ends without one when nothing failed (tracing/19)', async () => {
  await visit(orders(), '/orders/7')
  expect(sdk.only().status.code).toBe(SpanStatusCode.UNSET)
  expect(sdk.only().attributes).not.toHaveProperty(['error.type'])
})
