import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { handler, middleware, stack, trustProxy } from '@seaworthy/middleware'
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace'
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

describe('attributes', () => {
  test('stand there when the span starts (tracing/5)', async () => {
    await visit(orders(), '/orders/7?a=1', { headers: { 'user-agent': 'probe/1', host: 'shop.example:8443' } })
    expect(sdk.started[0]?.name).toBe('GET /orders/:id')
    expect(sdk.started[0]?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/orders/:id',
      'server.address': 'localhost',
      'server.port': 80,
      'url.path': '/orders/7',
      'url.query': 'a=1',
      'url.scheme': 'http',
      'user_agent.original': 'probe/1',
    })
  })

  test('are what a sampler decides by (tracing/5)', async () => {
    sdk.stop()
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, name, _kind, attributes) => ({
        decision:
          attributes['http.route'] === '/orders/:id' && attributes['url.path'] === '/orders/1' && name.startsWith('GET')
            ? SamplingDecision.NOT_RECORD
            : SamplingDecision.RECORD_AND_SAMPLED,
      }),
      toString: () => 'drops order 1',
    }
    sdk = startSdk({ sampler })
    const app = orders()
    await visit(app, '/orders/1')
    await visit(app, '/orders/2')
    sdk.stop()
    const kept = sdk.ended.map(({ attributes }) => attributes['url.path'])
    sdk = startSdk()
    expect(kept).toEqual(['/orders/2'])
  })

  test('say only what is known: no query, no user agent, no peer (tracing/5)', async () => {
    await visit(orders(), '/orders/7?')
    expect(Object.keys(sdk.only().attributes).toSorted()).toEqual([
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'server.address',
      'server.port',
      'url.path',
      'url.scheme',
    ])
  })

  test('the host loses brackets and tells its port, written or not (tracing/6)', async () => {
    const fetch = handler(tracing(), () => Response.json({}))
    for (const url of [
      'http://[::1]:3000/',
      'https://shop.example/',
      'http://[fd00::1]/',
      'https://shop.example:8443/',
    ]) {
      fetch(new Request(url))
    }
    expect(sdk.ended.map(({ attributes }) => [attributes['server.address'], attributes['server.port']])).toEqual([
      ['::1', 3000],
      ['shop.example', 443],
      ['fd00::1', 80],
      ['shop.example', 8443],
    ])
    expect(sdk.ended[1]?.attributes['url.scheme']).toBe('https')
  })

  test('forwarding headers are not believed (tracing/7)', async () => {
    await visit(orders(), '/orders/7', {
      headers: {
        forwarded: 'for=6.6.6.6;proto=https;host=evil.example',
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      },
    })
    expect(JSON.stringify(sdk.only().attributes)).not.toMatch(/6\.6\.6\.6|evil|https/)
  })

  test('of a trusted proxy they are (tracing/7)', async () => {
    const app = new Hono().use(trustProxy({ hops: 1 }), tracing()).get('/', (c) => c.json({}))
    const response = await app.request(
      '/',
      {
        headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'shop.example', 'x-forwarded-proto': 'https' },
      },
      { incoming: { httpVersion: '1.1', socket: { remoteAddress: '10.0.0.1', remotePort: 1234 } } },
    )
    await response.arrayBuffer()
    expect(sdk.only().attributes).toMatchObject({
      'client.address': '203.0.113.9',
      'network.peer.address': '10.0.0.1',
      'network.peer.port': 1234,
      'network.protocol.version': '1.1',
      'server.address': 'shop.example',
      'server.port': 443,
      'url.scheme': 'https',
    })
  })

  test('listed headers are lists of strings (tracing/8)', async () => {
    const app = new Hono().use(
      tracing({ captureHeaders: { request: ['X-Tenant', 'x-absent'], response: ['Content-Type'] } }),
    )
    app.get('/', (c) => c.json({}))
    await visit(app, '/', { headers: { 'x-tenant': 'acme', 'x-other': 'hidden' } })
    expect(sdk.started[0]?.attributes['http.request.header.x-tenant']).toEqual(['acme'])
    expect(sdk.only().attributes['http.response.header.content-type']).toEqual(['application/json'])
    expect(Object.keys(sdk.only().attributes).filter((name) => name.includes('header'))).toHaveLength(2)
  })

  test('of headers with credentials only the presence is told (tracing/9)', async () => {
    const secret = 'canary-4711'
    const request = ['authorization', 'Cookie', 'proxy-authorization', 'x-api-key', 'dpop', 'x-auth-token']
    const app = new Hono().use(tracing({ captureHeaders: { request, response: ['set-cookie'] } }))
    app.get('/', (c) => c.json({}, 200, { 'set-cookie': `sid=${secret}` }))
    await visit(app, '/', { headers: Object.fromEntries(request.map((name) => [name, secret])) })
    expect(sdk.only().attributes).toMatchObject({
      'http.request.header.authorization': ['REDACTED'],
      'http.request.header.cookie': ['REDACTED'],
      'http.response.header.set-cookie': ['REDACTED'],
    })
    expect(JSON.stringify([sdk.only().attributes, sdk.started])).not.toContain(secret)
  })

  test('a header that cannot be is refused at once (tracing/10)', () => {
    expect(() => tracing({ captureHeaders: { request: ['x tenant'] } })).toThrow(
      expect.objectContaining({ code: 'ERR_TRACING_HEADER', message: expect.stringContaining('"x tenant"') }),
    )
    expect(() => tracing({ captureHeaders: { response: [''] } })).toThrow(
      expect.objectContaining({ code: 'ERR_TRACING_HEADER' }),
    )
  })

  test('the application adds its own, and wins (tracing/11)', async () => {
    const app = orders({ attributes: (x) => ({ 'app.tenant': x.header('x-tenant') ?? 'none', 'url.path': '/hidden' }) })
    await visit(app, '/orders/7', { headers: { 'x-tenant': 'acme' } })
    expect(sdk.started[0]?.attributes).toMatchObject({ 'app.tenant': 'acme', 'url.path': '/hidden' })
  })

  test('the end adds the status, and the route if it is known only then (tracing/12)', async () => {
    const late = middleware({
      after: (x) => {
        x.route = '/late/{id}'
      },
    })
    const fetch = handler(stack(tracing(), late), () => new Response(null, { status: 204 }))
    fetch(new Request('http://localhost/late/7'))
    expect(sdk.started[0]?.name).toBe('GET')
    expect(sdk.only().name).toBe('GET /late/{id}')
    expect(sdk.only().attributes).toMatchObject({ 'http.response.status_code': 204, 'http.route': '/late/{id}' })
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
    await visit(new Hono().use(tracing()).route('/orders', inner), '/orders/7')
    expect(sdk.only().name).toBe('GET /orders/:id')
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
    for (const options of [{ ignore: boom }, { attributes: boom }, { trustRemote: boom }]) {
      const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
      const response = await visit(orders(options), '/orders/7', { headers })
      expect(response.status).toBe(200)
    }
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
