import { handler, middleware, stack, trustProxy } from '@seaworthy/middleware'
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tracing, type TracingOptions } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

async function visit(app: Hono, path: string, init?: RequestInit): Promise<Response> {
  const response = await app.request(path, init)
  await response.arrayBuffer()
  return response
}

function orders(options?: TracingOptions): Hono {
  return new Hono().use(tracing(options)).get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
}

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
    'http://shop.example/',
    'https://shop.example/',
    'http://[fd00::1]/',
    'https://shop.example:8443/',
  ]) {
    fetch(new Request(url))
  }
  expect(sdk.ended.map(({ attributes }) => [attributes['server.address'], attributes['server.port']])).toEqual([
    ['::1', 3000],
    ['shop.example', 80],
    ['shop.example', 443],
    ['fd00::1', 80],
    ['shop.example', 8443],
  ])
  expect(sdk.ended[2]?.attributes['url.scheme']).toBe('https')
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
