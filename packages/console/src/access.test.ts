import { handler } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { serve, type Running } from '../../../test/support/serve.ts'
import { bareConsole } from './bare-console.test-kit.ts'
import { consolePage, ConsoleError, type ConsoleOptions } from './index.ts'
import { makeLog, makeSpan, spanId, traceId } from './telemetry.test-kit.ts'

const mode = process.env['NODE_ENV']
afterEach(() => setMode(mode))
function setMode(value: string | undefined): void {
  if (value === undefined) delete process.env['NODE_ENV']
  else process.env['NODE_ENV'] = value
}

describe('the console is', () => {
  const ask = async (options: ConsoleOptions, path = '/_console/api/meta'): Promise<number> => {
    const running = await serve(handler(consolePage(options), () => new Response('the application', { status: 299 })))
    const { status } = await fetch(running.url + path)
    await running[Symbol.asyncDispose]()
    return status
  }

  test.each([
    ['development', 200],
    ['test', 200],
    ['production', 299],
    ['staging', 299],
    [undefined, 299],
  ])('in NODE_ENV %s answered with %i (console/26)', async (value, status) => {
    setMode(value)
    expect(await ask({})).toBe(status)
  })

  test('on anywhere where `authorize` is given, and off where it is disabled (console/26)', async () => {
    setMode('production')
    expect(await ask({ authorize: 'loopback' })).toBe(200)
    expect(await ask({ authorize: () => Promise.resolve(true) })).toBe(200)
    expect(await ask({ authorize: 'loopback', enabled: false })).toBe(299)
    setMode('development')
    expect(await ask({ enabled: false })).toBe(299)
  })

  test('never on without a guard (console/26) (console/34)', () => {
    setMode('production')
    expect(() => consolePage({ enabled: true })).toThrow(expect.objectContaining({ code: 'ERR_CONSOLE_UNGUARDED' }))
    expect(() => consolePage({ enabled: true })).toThrow(/authorize/)
    setMode(undefined)
    expect(() => consolePage({ enabled: true })).toThrow(ConsoleError)
  })

  test('a tap for nothing where it is off (console/26)', () => {
    setMode('production')
    const page = consolePage()
    expect([page.enabled, page.onSpanEnd, page.onLog, page.reader]).toEqual([false, undefined, undefined, undefined])
    page.close()
  })
})

/** What a bare client is answered, by the status. */
async function raw(running: Running, request: string, headers: readonly string[], body = ''): Promise<number> {
  using socket = RawSocket.connect(running.port)
  const length = body === '' ? [] : [`content-length: ${body.length}`]
  socket.write([`${request} HTTP/1.1`, ...headers, ...length, 'connection: close', '', body].join('\r\n'))
  const text = await socket.untilText(/^HTTP\/1\.1 \d{3}/)
  return Number(text.slice(9, 12))
}

const places = ['GET /_console/', 'GET /_console/api/meta', 'GET /_console/page.js', 'POST /_console/v1/traces']
const otlp = ['content-type: application/json']

describe('by default', () => {
  let running: Running
  beforeEach(async () => {
    running = await serve(handler(consolePage(), () => new Response('the application')))
  })
  afterEach(() => running[Symbol.asyncDispose]())

  test('this machine is answered under its own names (console/27)', async () => {
    for (const host of ['localhost', `127.0.0.1:${running.port}`, '[::1]', 'orders.localhost']) {
      for (const place of places)
        expect([place, host, await raw(running, place, [`host: ${host}`, ...otlp], '{}')]).toEqual([place, host, 200])
    }
  })

  test.each([
    [['host: evil.example']],
    [['host: localhost.evil.example']],
    [['host: localhost', 'x-forwarded-for: 127.0.0.1']],
    [['host: localhost', 'forwarded: for=127.0.0.1']],
    [['host: localhost', 'via: 1.1 proxy']],
  ])('%j is refused, wherever it goes (console/27)', async (headers) => {
    for (const place of places) expect(await raw(running, place, [...headers, ...otlp], '{}')).toBe(403)
  })

  test.each([
    [['origin: http://evil.example', 'sec-fetch-site: cross-site']],
    [['origin: http://localhost:1']],
    [['origin: null']],
    [['sec-fetch-site: cross-site', 'sec-fetch-mode: no-cors', 'sec-fetch-dest: script']],
    [['sec-fetch-site: same-site', 'sec-fetch-mode: cors', 'sec-fetch-dest: empty']],
    [['sec-fetch-site: cross-site', 'sec-fetch-mode: navigate', 'sec-fetch-dest: iframe']],
  ])('what a page of another site causes by %j is refused (console/29)', async (headers) => {
    for (const place of places) {
      expect([place, await raw(running, place, ['host: localhost:8080', ...headers, ...otlp], '{}')]).toEqual([
        place,
        403,
      ])
    }
  })

  test('a link to the page is followed, one to its data is not (console/29)', async () => {
    const link = [
      'host: localhost',
      'sec-fetch-site: cross-site',
      'sec-fetch-mode: navigate',
      'sec-fetch-dest: document',
    ]
    expect(await raw(running, 'GET /_console/', link)).toBe(200)
    expect(await raw(running, 'GET /_console', link)).toBe(308)
    expect(await raw(running, 'GET /_console/api/logs', link)).toBe(403)
  })

  test('its own page is answered (console/29)', async () => {
    const own = ['host: localhost:8080', 'sec-fetch-site: same-origin']
    expect(await raw(running, 'GET /_console/api/meta', own)).toBe(200)
    const change = [...own, 'origin: http://localhost:8080', ...otlp]
    expect(await raw(running, 'POST /_console/api/clear', change, '{}')).toBe(204)
    expect(
      await raw(
        running,
        'POST /_console/api/clear',
        ['host: example.localhost', 'origin: https://example.localhost:443', ...otlp],
        '{}',
      ),
    ).toBe(204)
  })

  test('changes are made by POST with JSON only (console/29)', async () => {
    const host = ['host: localhost']
    expect(await raw(running, 'GET /_console/api/clear', host)).toBe(405)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      expect(await raw(running, 'POST /_console/api/clear', [...host, `content-type: ${type}`], '{}')).toBe(415)
    }
    expect(await raw(running, 'OPTIONS /_console/api/clear', [...host, ...otlp])).toBe(405)
  })
})

describe('with `authorize`', () => {
  const start = (options: ConsoleOptions): Promise<Running> =>
    serve(handler(consolePage(options), () => new Response('the application')))

  test('each request is decided, at once or later (console/28)', async () => {
    for (const answer of [(yes: boolean) => yes, (yes: boolean) => Promise.resolve(yes)]) {
      await using running = await start({ authorize: (x) => answer(x.header('x-key') === 'right') })
      for (const place of places) {
        expect(await raw(running, place, ['host: localhost', 'x-key: right', ...otlp], '{}')).toBe(200)
        expect(await raw(running, place, ['host: localhost', 'x-key: wrong', ...otlp], '{}')).toBe(403)
      }
    }
  })

  test('only names that cannot be made to lead to it are answered (console/28)', async () => {
    let asked = 0
    await using running = await start({ authorize: () => (asked++, true), hosts: ['orders.internal'] })
    const meta = (host: string): Promise<number> => raw(running, 'GET /_console/api/meta', [`host: ${host}`])
    for (const host of ['localhost', '10.0.0.7:8080', '[fd00::1]:80', 'orders.internal', 'ORDERS.internal:8080']) {
      expect([host, await meta(host)]).toEqual([host, 200])
    }
    expect(asked).toBe(5)
    for (const host of ['evil.example', 'orders.internal.evil.example', '1.2.3.4.evil.example', 'x']) {
      expect([host, await meta(host)]).toEqual([host, 403])
    }
    expect(asked).toBe(5)
  })

  test('a page behind a proxy is its own under a name in `hosts` (console/29)', async () => {
    await using running = await start({ authorize: () => true, hosts: ['console.example.com'] })
    const behind = [
      'host: 10.0.0.7:8080',
      'origin: https://console.example.com',
      'sec-fetch-site: same-origin',
      ...otlp,
    ]
    expect(await raw(running, 'POST /_console/api/clear', behind, '{}')).toBe(204)
  })

  test('a program that asks the application itself is answered (console/28)', async () => {
    const app = new Hono().use(consolePage({ authorize: () => true }))
    expect((await app.request('/_console/api/meta')).status).toBe(200)
    expect((await app.request('http://evil.example/_console/api/meta')).status).toBe(403)
  })

  test('another site is refused before it is asked (console/29)', async () => {
    let asked = 0
    await using running = await start({ authorize: () => (asked++, true) })
    expect(await raw(running, 'GET /_console/api/meta', ['host: localhost', 'origin: http://evil.example'])).toBe(403)
    expect(asked).toBe(0)
  })
})

describe('what is answered', () => {
  const canary = '<script>alert("canary")</script><img src=x onerror=alert(1)>'

  test('is JSON that brings a canary in every field back as text (console/30)', async () => {
    const { page, ask } = bareConsole({
      routes: () => [{ method: canary, path: canary, policy: canary, level: canary }],
      config: () => [{ key: canary, value: canary }],
    })
    const attributes = { [canary]: canary, 'http.route': canary, 'url.path': canary, 'http.request.method': canary }
    const events = [{ name: canary, time: [1, 1] as const, attributes }]
    page.onSpanEnd?.(
      makeSpan({ name: canary, service: canary, attributes, events, status: { code: 2, message: canary } }),
    )
    page.onLog?.(makeLog({ body: canary, service: canary, logger: canary, attributes, eventName: canary, trace: 1 }))
    const names = [
      'meta',
      'requests',
      'logs',
      'routes',
      'config',
      'map',
      `traces/${traceId(1)}`,
      `traces/${traceId(1)}/${spanId(1)}`,
    ]
    for (const name of names) {
      const response = await ask(`/api/${name}`)
      const text = await response.text()
      expect([name, response.headers.get('content-type')]).toEqual([name, 'application/json'])
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(canary).slice(1, -1))
    }
  })

  test('says no HTML where there is nothing either (console/30) (console/33)', async () => {
    const { ask } = bareConsole()
    for (const path of [
      `/api/${encodeURIComponent(canary)}`,
      '/nothing.html',
      '/../package.json',
      '/v1/profiles',
      '/assets/',
    ]) {
      const response = await ask(path)
      expect(response.status === 404 || (await response.text()) === 'the application').toBe(true)
      expect(response.headers.get('content-type') ?? '').not.toContain('html')
    }
  })
})

describe('a path', () => {
  test('that merely looks like the console’s is left alone (console/33)', async () => {
    const app = new Hono().use(consolePage({ authorize: () => true })).all('*', (c) => c.text('the application'))
    for (const path of ['/', '/_console2', '/_consol', '/x/_console/api/meta', '/%5Fconsole/']) {
      expect(await (await app.request(path, { headers: { host: 'localhost' } })).text()).toBe('the application')
    }
  })

  test('may be another one (console/33)', async () => {
    const app = new Hono().use(consolePage({ authorize: () => true, path: '/internal/eyes' }))
    const ask = (path: string): Response | Promise<Response> => app.request(path, { headers: { host: 'localhost' } })
    expect((await ask('/internal/eyes/api/meta')).status).toBe(200)
    expect((await ask('/internal/eyes')).headers.get('location')).toBe('/internal/eyes/')
    expect((await ask('/_console/api/meta')).status).toBe(404)
  })

  test('answers GET and HEAD only (console/33)', async () => {
    const { ask } = bareConsole()
    const get = await ask('/api/meta')
    const head = await ask('/api/meta', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'application/json', ''])
    expect(get.status).toBe(200)
    for (const path of ['/api/meta', '/', '/api/events', '']) {
      const response = await ask(path, { method: 'DELETE' })
      expect([response.status, response.headers.get('allow')]).toEqual([405, expect.stringContaining('GET')])
    }
    expect((await ask('/api/nothing')).status).toBe(404)
    expect((await ask('/api/__proto__')).status).toBe(404)
  })
})

test.each<[string, ConsoleOptions]>([
  ['path', { path: '_console' }],
  ['path', { path: '/_console/' }],
  ['path', { path: '/a"b' }],
  ['authorize', { authorize: 'everyone' as never }],
  ['hosts', { hosts: ['http://orders'] }],
  ['routes', { routes: [] as never }],
  ['config', { config: {} as never }],
  ['health', { health: {} as never }],
  ['debug', { debug: {} as never }],
  ['traces', { retain: { traces: 0 } }],
  ['logs', { retain: { logs: 1.5 } }],
  ['series', { retain: { series: 1e9 } }],
  ['spansPerTrace', { retain: { spansPerTrace: -1 } }],
  ['metrics', { retain: { metrics: '25h' } }],
  ['memory', { retain: { memory: '1MiB' } }],
])('misuse of %s is refused at construction (console/34)', (name, options) => {
  expect(() => consolePage(options)).toThrow(expect.objectContaining({ code: 'ERR_CONSOLE_OPTION' }))
  expect(() => consolePage(options)).toThrow(new RegExp(`${name}.* Write `))
})
