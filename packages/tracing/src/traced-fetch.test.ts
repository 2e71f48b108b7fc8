import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../../test/support/own-server.ts'
import { eventually, serve, type Running } from '../../../test/support/serve.ts'
import { span, tracedFetch, tracing } from './index.ts'
import { startPropagation, startSdk, stopSdk, type Sdk } from './start-sdk.test-kit.ts'
import { startRawServer, startUpstream, type Echo } from './upstream.test-kit.ts'

let sdk: Sdk
let server: Running
const call = tracedFetch()

beforeAll(async () => {
  sdk = startSdk()
  server = await startUpstream()
})
beforeEach(() => sdk.clear())
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  sdk.stop()
})

async function echo(...args: Parameters<typeof fetch>): Promise<Echo> {
  return (await (await call(...args)).json()) as Echo
}

describe('a call', () => {
  test('is a client span with what is known of it (tracing/54)', async () => {
    const response = await call(`${server.url}/echo?a=1&sig=canary`)
    await response.json()
    const { name, kind, status, attributes } = sdk.only()
    expect(name).toBe('GET')
    expect(kind).toBe(SpanKind.CLIENT)
    expect(status.code).toBe(SpanStatusCode.UNSET)
    expect(attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': server.port,
      'url.full': `${server.url}/echo?a=1&sig=REDACTED`,
    })
    const { 'http.response.status_code': _status, ...atStart } = attributes
    expect(sdk.started[0]?.attributes).toEqual(atStart)
  })

  test('hands its span on to the server, whatever it is called with (tracing/55)', async () => {
    const url = new URL('/echo', server.url)
    const calls: Parameters<typeof fetch>[] = [
      [url.href],
      [url],
      [new Request(url)],
      [url, { headers: { 'x-own': '1' } }],
      [url, { headers: [['x-own', '1']] }],
      [url, { headers: new Headers({ 'x-own': '1' }) }],
      [new Request(url, { headers: { 'x-own': '0' } }), { headers: { 'x-own': '1' } }],
    ]
    for (const [input, init] of calls) {
      sdk.clear()
      const { headers } = await echo(input, init)
      const own = sdk.only().spanContext()
      expect(headers['traceparent']).toBe(`00-${own.traceId}-${own.spanId}-01`)
      if (init) expect(headers['x-own']).toBe('1')
    }
  })

  test('keeps method, headers and body as they are (tracing/55)', async () => {
    const body = 'a body'
    const post = { method: 'post', body, headers: { 'x-own': '1', 'content-type': 'text/x-own' } }
    for (const [input, init] of [
      [`${server.url}/echo`, post],
      [new Request(`${server.url}/echo`, post), undefined],
    ] as const) {
      const received = await echo(input, init)
      expect(received).toMatchObject({
        method: 'POST',
        body,
        headers: expect.objectContaining({ 'x-own': '1', 'content-type': 'text/x-own' }),
      })
    }
    expect(sdk.ended.map(({ name }) => name)).toEqual(['POST', 'POST'])
    expect(post.headers).toEqual({ 'x-own': '1', 'content-type': 'text/x-own' })
  })

  test('is a child of what is active, and does not stay active (tracing/54)', async () => {
    await span('work', async () => {
      const before = trace.getActiveSpan()
      await (await call(`${server.url}/empty`)).text()
      expect(trace.getActiveSpan()).toBe(before)
    })
    expect(sdk.named('GET').parentSpanContext?.spanId).toBe(sdk.named('work').spanContext().spanId)
  })

  test('a method outside the known set is HTTP and _OTHER (tracing/54)', async () => {
    await (await call(`${server.url}/echo`, { method: 'PURGE' })).text()
    expect(sdk.only()).toMatchObject({
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' },
    })
  })

  test('records listed headers, and of credentials the presence (tracing/56)', async () => {
    const traced = tracedFetch(undefined, {
      captureHeaders: { request: ['x-own', 'authorization'], response: ['content-type'] },
      attributes: (url, method) => ({ 'app.call': `${method} ${url.pathname}` }),
    })
    await (await traced(`${server.url}/echo`, { headers: { 'x-own': '1', authorization: 'Bearer canary' } })).json()
    expect(sdk.only().attributes).toMatchObject({
      'app.call': 'GET /echo',
      'http.request.header.x-own': ['1'],
      'http.request.header.authorization': ['REDACTED'],
      'http.response.header.content-type': ['application/json'],
    })
    expect(() => tracedFetch(fetch, { captureHeaders: { request: ['a b'] } })).toThrow(
      expect.objectContaining({ code: 'ERR_TRACING_HEADER' }),
    )
  })

  for (const code of [400, 404, 500, 503]) {
    test(`answered with ${code} is an error (tracing/57)`, async () => {
      const response = await call(`${server.url}/status/${code}`)
      expect(response.status).toBe(code)
      await response.text()
      expect(sdk.only().status).toEqual({ code: SpanStatusCode.ERROR })
      expect(sdk.only().attributes).toMatchObject({ 'error.type': String(code), 'http.response.status_code': code })
      expect(sdk.only().events).toEqual([])
    })
  }
})

describe('a call that fails', () => {
  async function failing(input: string, init?: RequestInit): Promise<string> {
    sdk.clear()
    const error = await call(input, init).then(
      (response) => response.text().then(() => undefined),
      (thrown: unknown) => thrown,
    )
    const plain = await fetch(input, init).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(String(error)).toBe(String(plain))
    const { status, attributes, events } = sdk.only()
    expect(status.code).toBe(SpanStatusCode.ERROR)
    expect(attributes).not.toHaveProperty(['http.response.status_code'])
    expect(events).toHaveLength(1)
    return String(attributes['error.type'])
  }

  test('tells a host that does not exist from one that refuses (tracing/58)', async () => {
    expect(await failing('http://nowhere.invalid/')).toBe('ENOTFOUND')
    expect(await failing(`http://127.0.0.1:${await freePort()}/`)).toBe('ECONNREFUSED')
  })

  test('tells a connection that was cut (tracing/58)', async () => {
    await using cutting = await startRawServer((socket) => socket.destroy())
    expect(await failing(cutting.url)).toBe('ECONNRESET')
  })

  test('tells an abort, with any reason, from a timeout (tracing/59)', async () => {
    const reasons: [(controller: AbortController) => void, string][] = [
      [(controller) => controller.abort(), 'AbortError'],
      [(controller) => controller.abort(new Error('mine')), 'AbortError'],
      [(controller) => controller.abort('a word'), 'AbortError'],
      [(controller) => controller.abort(new DOMException('late', 'TimeoutError')), 'TimeoutError'],
    ]
    for (const [abort, type] of reasons) {
      sdk.clear()
      const controller = new AbortController()
      setTimeout(() => abort(controller), 10)
      const { signal } = controller
      const thrown: unknown = await call(`${server.url}/never`, { signal }).catch((error: unknown) => error)
      expect(thrown).toBe(signal.reason)
      expect(sdk.only().attributes['error.type']).toBe(type)
    }
    sdk.clear()
    const late = { name: 'TimeoutError' }
    await expect(call(`${server.url}/never`, { signal: AbortSignal.timeout(10) })).rejects.toMatchObject(late)
    expect(sdk.only().attributes['error.type']).toBe('TimeoutError')
    sdk.clear()
    await expect(call(new Request(`${server.url}/never`, { signal: AbortSignal.timeout(10) }))).rejects.toMatchObject(
      late,
    )
    expect(sdk.only().attributes['error.type']).toBe('TimeoutError')
    sdk.clear()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('mine')), 10)
    await expect(call(new Request(`${server.url}/never`, { signal: controller.signal }))).rejects.toThrow('mine')
    expect(sdk.only().attributes['error.type']).toBe('AbortError')
    sdk.clear()
    await expect(call(`${server.url}/echo`, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(sdk.only().attributes['error.type']).toBe('AbortError')
  })

  test('what fetch itself refuses is refused alike, without a span (tracing/60)', async () => {
    for (const input of ['no url', 'ftp://127.0.0.1/', '/relative']) {
      await expect(call(input)).rejects.toThrow(TypeError)
    }
    await expect(call(server.url, { headers: { 'a b': 'c' } })).rejects.toThrow(TypeError)
    await expect(call('data:text/plain,hello').then((response) => response.text())).resolves.toBe('hello')
    expect(sdk.ended).toEqual([])
  })

  test('an option that throws costs the span, not the call (tracing/60)', async () => {
    const traced = tracedFetch(undefined, {
      attributes: () => {
        throw new Error('option')
      },
    })
    expect((await traced(`${server.url}/empty`)).status).toBe(204)
    expect(sdk.ended).toEqual([])
  })
})

describe('nesting', () => {
  /** As `loggedFetch()` and `measuredFetch()` do: they look when the call is done. */
  const observing =
    (seen: (string | undefined)[], inner?: typeof fetch): typeof fetch =>
    async (input, init) => {
      const response = await (inner ?? fetch)(input, init)
      seen.push(trace.getActiveSpan()?.spanContext().spanId)
      return response
    }

  test('what is wrapped inside sees the span of the call, before and after (tracing/67)', async () => {
    const seen: (string | undefined)[] = []
    const nested = tracedFetch(observing(seen, observing(seen)))
    await (await nested(`${server.url}/echo`)).json()
    const { spanId } = sdk.only().spanContext()
    expect(seen).toEqual([spanId, spanId])
  })

  test('a server span, a call and the server span of the called make one trace (tracing/55)', async () => {
    const shop = await serve(new Hono().use(tracing()).get('/stock', (c) => c.json({})).fetch)
    const front = await serve(
      new Hono().use(tracing()).get('/buy', async (c) => c.json(await (await call(`${shop.url}/stock`)).json())).fetch,
    )
    await (await fetch(`${front.url}/buy`)).json()
    await eventually(() => sdk.ended.length === 3, 'three spans')
    const [buy, get, stock] = [sdk.named('GET /buy'), sdk.named('GET'), sdk.named('GET /stock')]
    expect(get.parentSpanContext?.spanId).toBe(buy.spanContext().spanId)
    expect(stock.parentSpanContext?.spanId).toBe(get.spanContext().spanId)
    await Promise.all([shop[Symbol.asyncDispose](), front[Symbol.asyncDispose]()])
  })

  test('the members of the fetch that it wraps are there (tracing/67)', () => {
    const inner = Object.assign(async () => new Response(), { preconnect: () => 'connected' })
    expect(tracedFetch(inner)).toHaveProperty('preconnect', inner.preconnect)
    expect('preconnect' in tracedFetch()).toBe('preconnect' in fetch)
  })

  test('fetch is looked up at each call (tracing/67)', async () => {
    const original = globalThis.fetch
    globalThis.fetch = async () => new Response('replaced')
    const text = await (await call(server.url)).text()
    globalThis.fetch = original
    expect(text).toBe('replaced')
  })
})

describe('without an SDK', () => {
  test('a call goes straight to fetch (tracing/68)', async () => {
    stopSdk()
    const given: unknown[][] = []
    const inner: typeof fetch = async (...args) => {
      given.push(args)
      return new Response('x')
    }
    const init = { method: 'POST' }
    const response = await tracedFetch(inner)(server.url, init)
    sdk = startSdk()
    expect(given).toEqual([[server.url, init]])
    expect(given[0]?.[1]).toBe(init)
    expect(await response.text()).toBe('x')
    expect(sdk.ended).toEqual([])
  })

  test('with a propagator alone the trace is passed on, and nothing is recorded (tracing/68)', async () => {
    stopSdk()
    startPropagation()
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const within = propagation.extract(context.active(), { traceparent, baggage: 'tenant=acme' })
    const { headers } = await context.with(within, () => echo(`${server.url}/echo`))
    stopSdk()
    sdk = startSdk()
    expect(headers['traceparent']).toBe(traceparent)
    expect(headers).not.toHaveProperty('baggage')
    expect(sdk.ended).toEqual([])
  })
})
