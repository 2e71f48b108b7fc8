import { handler, middleware, type Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { metrics, MetricsError, type MetricsOptions } from './index.ts'
import type { HistogramValue } from './metric-data.ts'
import { listenToWarnings, startSdk, type Point, type Sdk } from './start-sdk.test-kit.ts'

const duration = 'http.server.request.duration'

class StockError extends Error {}

let sdk: Sdk
beforeEach(() => {
  sdk = startSdk()
})
afterEach(() => sdk.stop())

function quiet(...parts: Middleware[]): Hono {
  const app = new Hono().use(...parts)
  app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.json({}, 500)))
  return app
}

/** Sends a request and reads the answer: where there is no socket, that is how a response is sent. */
async function send(app: Hono, url: string, init?: RequestInit): Promise<void> {
  await (await app.request(url, init)).text()
}

async function only(): Promise<Point<HistogramValue>> {
  const [point, ...others] = await sdk.histograms(duration)
  if (point === undefined || others.length > 0) throw new Error(`one series expected, got ${others.length + 1}`)
  return point
}

describe('the duration of requests', () => {
  test('is a histogram in seconds with the 14 boundaries of the convention (metrics/1)', async () => {
    const app = quiet(metrics()).get('/orders/:id', (c) => c.text('ok'))
    await send(app, '/orders/1')
    const { descriptor } = await sdk.metric(duration)
    expect(descriptor).toMatchObject({ unit: 's', description: 'Duration of HTTP server requests.' })
    const { value } = await only()
    expect(value.buckets.boundaries).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ])
    expect(value.count).toBe(1)
    expect(value.sum).toBeGreaterThan(0)
    expect(value.sum).toBeLessThan(5)
  })

  test('has own boundaries by option (metrics/2)', async () => {
    await send(
      quiet(metrics({ buckets: [0.1, 1] })).get('/', (c) => c.text('ok')),
      '/',
    )
    expect((await only()).value.buckets.boundaries).toEqual([0.1, 1])
  })

  test('has the attributes of the convention and no other (metrics/3)', async () => {
    const app = quiet(metrics()).get('/orders/:id', (c) => c.text('ok'))
    await send(app, 'https://shop.example/orders/1?user=anna')
    expect((await only()).attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/orders/:id',
      'url.scheme': 'https',
    })
  })

  test('is the same through every door (metrics/4)', async () => {
    const expected = {
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'http.route': '/api/orders/:id',
      'url.scheme': 'http',
    }
    const request = (): Request => new Request('http://localhost/api/orders/1', { method: 'POST' })
    const answer = (): Response => new Response(null, { status: 201 })
    const other = (): Middleware => middleware({ before() {} })
    const doors = [
      () => quiet(metrics()).post('/api/orders/:id', answer).fetch(request()),
      () => quiet(other(), metrics(), other()).post('/api/orders/:id', answer).fetch(request()),
      () => quiet(metrics()).route('/api', new Hono().post('/orders/:id', answer)).fetch(request()),
      () => new Hono().route('/api', quiet(metrics()).post('/orders/:id', answer)).fetch(request()),
      () => new Hono().basePath('/api').post('/orders/:id', metrics(), answer).fetch(request()),
      () => handler(metrics(), answer, { route: () => '/api/orders/:id' })(request()),
    ]
    for (const [i, door] of doors.entries()) {
      await (await door()).text()
      const point = await only()
      expect(point.attributes, `door ${i}`).toEqual(expected)
      expect(point.value.count, `door ${i}`).toBe(i + 1)
    }
  })
})

describe('methods', () => {
  test('that are unknown are _OTHER, and make one series (metrics/5)', async () => {
    const app = quiet(metrics()).all('/', (c) => c.text('ok'))
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE', 'get']) await send(app, '/', { method })
    await send(app, '/', { method: 'QUERY' })
    const counts = (await sdk.histograms(duration)).map((point) => [
      point.attributes['http.request.method'],
      point.value.count,
    ])
    // The runtime itself writes `get` in upper case.
    expect(new Map(counts as [string, number][])).toEqual(
      new Map([
        ['_OTHER', 3],
        ['GET', 1],
        ['QUERY', 1],
      ]),
    )
  })

  test('are those of OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS where it is set (metrics/6)', async () => {
    process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] = 'GET, PROPFIND,'
    const part = metrics()
    delete process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS']
    const app = quiet(part).all('/', (c) => c.text('ok'))
    for (const method of ['PROPFIND', 'POST']) await send(app, '/', { method })
    const methods = (await sdk.histograms(duration)).map((point) => point.attributes['http.request.method'])
    expect(methods).toEqual(['PROPFIND', '_OTHER'])
  })
})

describe('series', () => {
  test('10,000 random paths that match nothing leave one (metrics/7)', async () => {
    const app = quiet(metrics()).get('/orders/:id', (c) => c.text('ok'))
    for (let i = 0; i < 10_000; i++) await send(app, `/${Math.random().toString(36)}/${i}`)
    const { attributes, value } = await only()
    expect(value.count).toBe(10_000)
    expect(attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'url.scheme': 'http',
    })
    // The control: the same paths as an attribute are seen.
    await send(quiet(metrics({ attributes: (x) => ({ path: x.path }) })), '/seen')
    expect(await sdk.histograms(duration)).toHaveLength(2)
  })

  test('are bounded, with one for all others and one warning (metrics/8)', async () => {
    const warnings = listenToWarnings()
    const app = quiet(metrics({ limit: 10, attributes: (x) => ({ tenant: x.header('x-tenant') ?? '' }) }))
    for (const round of [1, 2]) {
      for (let i = 0; i < 50; i++) await send(app, '/', { headers: { 'x-tenant': `tenant-${i}` } })
      const points = await sdk.histograms(duration)
      warnings.stop()
      expect(points).toHaveLength(10)
      const overflow = points.filter(({ attributes }) => attributes['otel.metric.overflow'] === true)
      expect(overflow.map(({ attributes, value }) => [attributes, value.count])).toEqual([
        [{ 'otel.metric.overflow': true }, 41 * round],
      ])
    }
    expect(warnings.messages).toEqual([expect.stringContaining(`${duration} has 10 attribute sets`)])
  })

  test('may be 2,000 unless another limit is given (metrics/8)', async () => {
    const app = quiet(metrics({ attributes: (x) => ({ path: x.path }) }))
    for (let i = 0; i < 2_100; i++) await send(app, `/${i}`)
    expect(await sdk.histograms(duration)).toHaveLength(2_000)
  })

  test('by routes are bounded as well, in a service that invents its routes (metrics/8)', async () => {
    const fetch = handler(metrics({ limit: 10 }), () => new Response('ok'), { route: ({ url }) => url })
    for (let i = 0; i < 50; i++) await (await fetch(new Request(`http://localhost/${i}`))).text()
    expect(await sdk.histograms(duration)).toHaveLength(10)
  })
})

describe('error.type', () => {
  async function ended(open: (app: Hono) => void): Promise<Point<HistogramValue>['attributes']> {
    const app = quiet(metrics())
    open(app)
    await send(app, '/')
    return (await only()).attributes
  }

  test('is the status of a 5xx, and the class of what was thrown (metrics/9)', async () => {
    expect(await ended((app) => app.get('/', (c) => c.json({}, 503)))).toMatchObject({
      'http.response.status_code': 503,
      'error.type': '503',
    })
    sdk.stop()
    sdk = startSdk()
    const thrown = await ended((app) =>
      app.get('/', () => {
        throw new StockError('canary')
      }),
    )
    expect(thrown).toMatchObject({ 'http.response.status_code': 500, 'error.type': 'StockError' })
    expect(JSON.stringify(thrown)).not.toContain('canary')
  })

  test('tells apart what one route has answered with the same status (metrics/9)', async () => {
    const app = quiet(metrics()).get('/', (c) => {
      if (c.req.query('how') === 'thrown') throw new StockError()
      return c.json({}, 500)
    })
    for (const how of ['answered', 'thrown', 'answered']) await send(app, `/?how=${how}`)
    const counts = (await sdk.histograms(duration)).map(({ attributes, value }) => [
      attributes['error.type'],
      value.count,
    ])
    expect(counts).toEqual([
      ['500', 2],
      ['StockError', 1],
    ])
  })

  test('is missing from a 4xx, answered or thrown, and from what onError made a redirect (metrics/9)', async () => {
    for (const open of [
      (app: Hono) => app.get('/', (c) => c.json({}, 429)),
      (app: Hono) =>
        app.get('/', () => {
          throw new HTTPException(401)
        }),
      (app: Hono) => {
        app.get('/', () => {
          throw new StockError()
        })
        app.onError((_error, c) => c.redirect('/elsewhere'))
      },
    ]) {
      sdk.stop()
      sdk = startSdk()
      expect(await ended(open)).not.toHaveProperty(['error.type'])
    }
  })

  test('is the class of a rejection in Fetch, without a status (metrics/9)', async () => {
    const fetch = handler(metrics(), () => Promise.reject(new StockError()))
    await expect(fetch(new Request('http://localhost/'))).rejects.toThrow(StockError)
    const { attributes } = await only()
    expect(attributes['error.type']).toBe('StockError')
    expect(attributes).not.toHaveProperty(['http.response.status_code'])
  })

  test('of a thrown value that is no error is the status (metrics/9)', async () => {
    const attributes = await ended((app) =>
      app.get('/', () => {
        // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- what an application may do
        throw 'a string'
      }),
    )
    expect(attributes).toMatchObject({ 'http.response.status_code': 500, 'error.type': '500' })
  })

  test('is the class of what broke a body off (metrics/9)', async () => {
    const fetch = handler(
      metrics(),
      () => new Response(new ReadableStream({ pull: () => Promise.reject(new StockError()) })),
    )
    const response = await fetch(new Request('http://localhost/'))
    await expect(response.text()).rejects.toBeDefined()
    expect((await only()).attributes).toMatchObject({ 'http.response.status_code': 200, 'error.type': 'StockError' })
  })
})

describe('options', () => {
  test('probes and scrapes are not recorded, unless `ignore` says so (metrics/10)', async () => {
    const app = quiet(metrics()).get('*', (c) => c.text('ok'))
    for (const path of ['/livez', '/readyz', '/startupz', '/healthz', '/metrics']) await send(app, path)
    expect(await sdk.histograms(duration)).toEqual([])
    const own = quiet(metrics({ ignore: (x) => x.path === '/quiet' })).get('*', (c) => c.text('ok'))
    await send(own, '/quiet')
    expect(await sdk.histograms(duration)).toEqual([])
    await send(own, '/livez')
    expect((await only()).value.count).toBe(1)
  })

  test('attributes are added and replaced at the end of the request (metrics/11)', async () => {
    const app = quiet(
      metrics({ attributes: (x) => ({ 'http.route': x.path.replace(/\d+/, '{id}'), tenant: x.route ?? 'none' }) }),
    )
    for (const id of [1, 2, 3]) await send(app, `/legacy/${id}`)
    const { attributes, value } = await only()
    expect(value.count).toBe(3)
    expect(attributes).toMatchObject({ 'http.route': '/legacy/{id}', tenant: 'none' })
  })

  test('attributes that throw cost themselves, and neither request nor measurement (metrics/11)', async () => {
    const warnings = listenToWarnings()
    const app = quiet(
      metrics({
        attributes() {
          throw new StockError('no tenant')
        },
      }),
    ).get('/', (c) => c.text('ok'))
    const response = await app.request('/')
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    warnings.stop()
    expect((await only()).attributes).toMatchObject({ 'http.response.status_code': 200 })
    expect(warnings.messages).toHaveLength(1)
  })

  test('a request with two of them round it is recorded once, by the outer (metrics/12)', async () => {
    const inner = metrics({ attributes: () => ({ from: 'inner' }), activeRequests: true, bodySize: true })
    const app = quiet(metrics({ attributes: () => ({ from: 'outer' }) })).get('/', inner, (c) => c.text('ok'))
    await send(app, '/')
    const { attributes, value } = await only()
    expect([attributes['from'], value.count]).toEqual(['outer', 1])
    expect(await sdk.names()).toEqual([duration])
  })

  test('what cannot be recorded throws when it is made (metrics/13)', () => {
    const wrong: [MetricsOptions, string][] = [
      [{ buckets: [] }, 'ERR_METRICS_BUCKETS'],
      [{ buckets: [1, 1] }, 'ERR_METRICS_BUCKETS'],
      [{ buckets: [2, 1] }, 'ERR_METRICS_BUCKETS'],
      [{ buckets: [1, Number.NaN] }, 'ERR_METRICS_BUCKETS'],
      [{ buckets: [Number.NaN, 1] }, 'ERR_METRICS_BUCKETS'],
      [{ buckets: [1, Infinity] }, 'ERR_METRICS_BUCKETS'],
      [{ bodySize: { buckets: [3, 2] } }, 'ERR_METRICS_BUCKETS'],
      [{ limit: 0 }, 'ERR_METRICS_LIMIT'],
      [{ limit: 1.5 }, 'ERR_METRICS_LIMIT'],
    ]
    for (const [options, code] of wrong) {
      expect(() => metrics(options), `with ${JSON.stringify(options)}`).toThrow(MetricsError)
      expect(() => metrics(options)).toThrow(expect.objectContaining({ code }))
    }
  })

  test('the caller’s buckets are neither kept nor changed (metrics/13)', async () => {
    const buckets = [0.1, 1]
    const app = quiet(metrics({ buckets }))
    buckets.length = 0
    await send(app, '/')
    expect((await only()).value.buckets.boundaries).toEqual([0.1, 1])
    expect(() => metrics({ buckets: Object.freeze([0.1, 1]) })).not.toThrow()
  })
})

describe('without an SDK', () => {
  test('nothing is recorded, and a later one records from then on (metrics/14)', async () => {
    sdk.stop()
    const app = quiet(metrics({ activeRequests: true, bodySize: true })).get('/', (c) => c.text('ok'))
    expect(await (await app.request('/')).text()).toBe('ok')
    sdk = startSdk()
    expect(await sdk.names()).toEqual([])
    await send(app, '/')
    await send(app, '/')
    expect((await only()).value.count).toBe(2)
    sdk.stop()
    sdk = startSdk()
    await send(app, '/')
    expect((await only()).value.count).toBe(1)
  })
})
