import { gunzipSync } from 'node:zlib'
import { metrics as api } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { handler, isProbe, isSeaworthyError, middleware, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { createPrometheusReader, metrics, MetricsError, prometheus, type Prometheus } from './index.ts'
import { listenToWarnings } from './start-sdk.test-kit.ts'

const textType = 'text/plain; version=0.0.4; charset=utf-8'
const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

afterEach(() => api.disable())

/** A provider with one counter, whose endpoint this is. */
function provide(endpoint: Prometheus): MeterProvider {
  const provider = new MeterProvider({ readers: [endpoint.reader], resource: resourceFromAttributes({}) })
  provider.getMeter('test').createCounter('orders', { description: 'Orders.' }).add(1)
  return provider
}

function application(endpoint: Prometheus): Hono {
  return new Hono().use(endpoint).get('*', (c) => c.text('the service'))
}

describe('the endpoint', () => {
  test('answers GET /metrics, with any query, through every door (metrics/58)', async () => {
    const endpoint = prometheus({ scopeLabels: false })
    provide(endpoint)
    const service = (): Response => new Response('the service')
    const doors = [
      (request: Request) => application(endpoint).fetch(request),
      (request: Request) => new Hono().get('/metrics', endpoint).fetch(request),
      (request: Request) => new Hono().route('/', application(endpoint)).fetch(request),
      (request: Request) => handler(endpoint, service)(request),
      (request: Request) => handler(stack(metrics(), endpoint), service)(request),
    ]
    for (const door of doors) {
      for (const query of ['', '?name[]=orders']) {
        const response = await door(new Request(`http://localhost/metrics${query}`))
        expect([response.status, response.headers.get('content-type')]).toEqual([200, textType])
        expect(await response.text()).toContain('\norders_total 1\n')
      }
    }
    for (const path of ['/', '/metrics/', '/metrics/x', '/Metrics', '/x/metrics']) {
      expect(await (await application(endpoint).request(path)).text(), `at ${path}`).toBe('the service')
    }
  })

  test('answers at another path, which is a probe from then on (metrics/59)', async () => {
    const endpoint = prometheus({ path: '/internal/prometheus' })
    provide(endpoint)
    expect(isProbe({ path: '/internal/prometheus' })).toBe(true)
    expect(isProbe({ path: '/internal/other' })).toBe(false)
    const app = new Hono().basePath('/internal').use(endpoint)
    expect((await app.request('/internal/prometheus')).status).toBe(200)
    expect((await app.request('/internal/metrics')).status).toBe(404)
  })

  test('answers HEAD with the head of GET and nothing else (metrics/60)', async () => {
    const endpoint = prometheus()
    provide(endpoint)
    await using server = await serve(application(endpoint).fetch)
    for (const accept of ['*/*', 'application/openmetrics-text']) {
      const get = await fetch(`${server.url}/metrics`, { headers: { accept } })
      const head = await fetch(`${server.url}/metrics`, { method: 'HEAD', headers: { accept } })
      expect(await head.text()).toBe('')
      expect(await get.text()).not.toBe('')
      for (const name of ['content-type', 'cache-control', 'vary']) {
        expect(head.headers.get(name)).toBe(get.headers.get(name))
      }
    }
  })

  test('refuses other methods with 405 (metrics/60)', async () => {
    const endpoint = prometheus()
    provide(endpoint)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await handler(
        endpoint,
        () => new Response('the service'),
      )(new Request('http://localhost/metrics', { method }))
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
  })

  test('is never cached, and varies with what the client takes (metrics/61)', async () => {
    const endpoint = prometheus()
    provide(endpoint)
    const { headers } = await application(endpoint).request('/metrics')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('vary')).toBe('accept, accept-encoding')
  })

  test('answers those whom `authorize` allows, and 403 to the others (metrics/62)', async () => {
    const endpoint = prometheus({ authorize: async (x) => x.header('authorization') === 'Bearer scraper' })
    provide(endpoint)
    const app = application(endpoint)
    expect((await app.request('/metrics')).status).toBe(403)
    expect((await app.request('/metrics', { method: 'HEAD' })).status).toBe(403)
    expect((await app.request('/metrics', { headers: { authorization: 'Bearer scraper' } })).status).toBe(200)
    expect((await app.request('/orders')).status).toBe(200)
  })

  test('with `loopback` it answers this machine and no proxy (metrics/62)', async () => {
    const endpoint = prometheus({ authorize: 'loopback' })
    provide(endpoint)
    await using server = await serve(application(endpoint).fetch)
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200)
    expect((await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(403)
    expect((await application(endpoint).request('/metrics')).status).toBe(403)
  })

  test('refuses while nobody can read, and says why (metrics/63)', async () => {
    const endpoint = prometheus()
    const app = application(endpoint)
    const unbound = await app.request('/metrics')
    expect([unbound.status, await unbound.json()]).toEqual([
      503,
      expect.objectContaining({
        code: 'ERR_METRICS_READER_UNBOUND',
        detail: expect.stringContaining('prometheus.reader'),
      }),
    ])
    const provider = provide(endpoint)
    expect((await app.request('/metrics')).status).toBe(200)
    await provider.shutdown()
    const ended = await app.request('/metrics')
    expect([ended.status, await ended.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'ERR_METRICS_READER_SHUT_DOWN' }),
    ])
  })

  test('cannot be made with a path or a limit that cannot be (metrics/64)', () => {
    for (const path of ['', 'metrics', '/metrics?x', '/metrics#x']) {
      expect(() => prometheus({ path })).toThrow(expect.objectContaining({ code: 'ERR_METRICS_PATH' }))
    }
    expect(() => prometheus({ limit: -1 })).toThrow(expect.objectContaining({ code: 'ERR_METRICS_LIMIT' }))
    expect(() => prometheus({ timeout: '5 seconds' as '5s' })).toThrow('5 seconds')
  })
})

describe('the format', () => {
  const endpoint = prometheus({ scopeLabels: false })
  provide(endpoint)
  async function typeFor(accept: string | undefined): Promise<string | null> {
    const headers = accept === undefined ? {} : { accept }
    const response = await application(endpoint).request('/metrics', { headers })
    const ends = (await response.text()).endsWith('# EOF\n')
    expect(ends).toBe(response.headers.get('content-type')?.startsWith('application/openmetrics-text') ?? false)
    return response.headers.get('content-type')
  }

  test('is OpenMetrics for those who prefer it, and text for all others (metrics/65)', async () => {
    const expected: [string | undefined, string][] = [
      [undefined, textType],
      ['*/*', textType],
      ['text/html,application/xhtml+xml,*/*;q=0.8', textType],
      ['application/json', textType],
      ['application/openmetrics-text', openMetricsType],
      ['Application/OpenMetrics-Text; Version="1.0.0"', openMetricsType],
      ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.9', textType],
      ['application/openmetrics-text;q=0', textType],
      ['application/openmetrics-text;version=2.0.0', textType],
      ['text/plain;version=1.0.0;q=0.9,application/openmetrics-text;q=0.5', openMetricsType],
      ['*/*, application/openmetrics-text;q=0.5', textType],
      ['text/*;q=0.5, application/openmetrics-text;q=0.5', openMetricsType],
      [',;q=;=,', textType],
    ]
    for (const [accept, type] of expected) expect(await typeFor(accept), `for ${accept}`).toBe(type)
  })

  test('is the one that each Prometheus asks for first (metrics/65)', async () => {
    const prometheus2 =
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
    const prometheus3 =
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1'
    expect(await typeFor(prometheus2)).toBe(openMetricsType)
    expect(await typeFor(prometheus3)).toBe(openMetricsType)
    expect(await typeFor('application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1')).toBe(
      'application/openmetrics-text; version=0.0.1; charset=utf-8',
    )
    expect(await typeFor('text/plain;version=0.0.4;q=1,*/*;q=0.1')).toBe(textType)
  })

  test('is compressed for those who take gzip (metrics/66)', async () => {
    await using server = await serve(application(endpoint).fetch)
    const plain = await (await fetch(`${server.url}/metrics`, { headers: { 'accept-encoding': 'identity' } })).text()
    const cases: [string, boolean][] = [
      ['gzip', true],
      ['deflate, GZIP;q=0.5', true],
      ['*', true],
      ['gzip;q=0', false],
      ['*;q=0', false],
      ['gzip;q=0, *', false],
      ['br', false],
      ['identity', false],
    ]
    for (const [encoding, compressed] of cases) {
      const response = await application(endpoint).request('/metrics', { headers: { 'accept-encoding': encoding } })
      expect(response.headers.get('content-encoding'), `for ${encoding}`).toBe(compressed ? 'gzip' : null)
      const bytes = new Uint8Array(await response.arrayBuffer())
      expect(Number(response.headers.get('content-length'))).toBe(bytes.byteLength)
      expect(new TextDecoder().decode(compressed ? gunzipSync(bytes) : bytes)).toBe(plain)
    }
    // And by a client that really asks for it.
    const response = await fetch(`${server.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toBe(plain)
  })
})

describe('the reader', () => {
  test('belongs to one provider (metrics/67)', () => {
    const reader = createPrometheusReader()
    provide(Object.assign(middleware({}), { reader }))
    expect(() => new MeterProvider({ readers: [reader] })).toThrow(MetricsError)
    try {
      reader.setMetricProducer({ collect: () => Promise.reject(new Error('unused')) })
    } catch (error) {
      expect(isSeaworthyError(error) && error.code).toBe('ERR_METRICS_READER_BOUND')
    }
  })

  test('reads cumulative sums of default aggregations, and stands beside other readers (metrics/67)', async () => {
    const [reader, second] = [
      createPrometheusReader({ scopeLabels: false }),
      createPrometheusReader({ scopeLabels: false }),
    ]
    const provider = new MeterProvider({ readers: [reader, second], resource: resourceFromAttributes({}) })
    const counter = provider.getMeter('test').createCounter('orders')
    for (const expected of [1, 2, 3]) {
      counter.add(1)
      expect(new TextDecoder().decode((await reader.scrape()).body)).toContain(`orders_total ${expected}\n`)
    }
    expect(new TextDecoder().decode((await second.scrape()).body)).toContain('orders_total 3\n')
    await provider.forceFlush()
  })

  test('shares one page between scrapes at the same time (metrics/68)', async () => {
    const reader = createPrometheusReader()
    const provider = new MeterProvider({ readers: [reader] })
    let observed = 0
    provider
      .getMeter('test')
      .createObservableGauge('g')
      .addCallback((result) => result.observe(++observed))
    const pages = await Promise.all(Array.from({ length: 50 }, () => reader.scrape()))
    expect(observed).toBe(1)
    expect(new Set(pages).size).toBe(1)
    await Promise.all([reader.scrape(), reader.scrape({ accept: 'application/openmetrics-text' })])
    expect(observed).toBe(3)
  })

  test('leaves out what is late or throws, and reports it (metrics/69)', async () => {
    const warnings = listenToWarnings()
    const reader = createPrometheusReader({ timeout: '50ms', scopeLabels: false })
    const provider = new MeterProvider({
      readers: [reader],
      resource: resourceFromAttributes({ late: new Promise<string>(() => undefined), 'service.name': 'orders' }),
    })
    const meter = provider.getMeter('test')
    meter.createObservableGauge('hangs').addCallback(() => new Promise(() => undefined))
    meter.createObservableGauge('throws').addCallback(() => {
      throw new Error('out of order')
    })
    meter.createCounter('orders').add(1)
    const text = new TextDecoder().decode((await reader.scrape()).body)
    warnings.stop()
    expect(text).toContain('orders_total 1\n')
    expect(text).toContain('target_info{service_name="orders"} 1\n')
    expect(text).not.toContain('hangs')
    expect(warnings.messages.filter((message) => message.includes('@seaworthy/metrics'))).toHaveLength(2)
  })

  test('waits for the attributes of a resource that are still being found out (metrics/69)', async () => {
    const reader = createPrometheusReader()
    const found = new Promise<string>((resolve) => setTimeout(resolve, 20, 'i-1'))
    const resource = resourceFromAttributes({ 'host.id': found })
    expect(new MeterProvider({ readers: [reader], resource })).toBeDefined()
    expect(new TextDecoder().decode((await reader.scrape()).body)).toContain('target_info{host_id="i-1"} 1\n')
  })

  test('writes 10,000 series in slices, so that other work runs in between (metrics/70)', async () => {
    const reader = createPrometheusReader({ limit: 20_000 })
    const provider = new MeterProvider({ readers: [reader] })
    const histogram = provider.getMeter('test').createHistogram('h')
    for (let i = 0; i < 10_000; i++) histogram.record(i, { 'http.route': `/orders/${i}`, 'url.scheme': 'https' })
    for (const acceptEncoding of [undefined, 'gzip']) {
      const began = performance.now()
      let [turns, longest, last, writing] = [0, 0, began, true]
      const look = (): void => {
        const now = performance.now()
        longest = Math.max(longest, now - last)
        last = now
        turns++
        if (writing) setImmediate(look)
      }
      setImmediate(look)
      const page = await reader.scrape({ acceptEncoding })
      writing = false
      longest = Math.max(longest, performance.now() - last)
      // Written at a stretch, the longest wait for a turn would be nearly all of the time.
      expect(longest).toBeLessThan((performance.now() - began) / 2)
      expect(turns).toBeGreaterThan(5)
      const bytes = page.contentEncoding === 'gzip' ? gunzipSync(page.body) : page.body
      expect(bytes.byteLength).toBeGreaterThan(10_000_000)
    }
  })
})
