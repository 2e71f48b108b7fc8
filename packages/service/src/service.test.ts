import { consolePage } from '@seaworthy/console'
import { debug } from '@seaworthy/debug'
import { health } from '@seaworthy/health'
import { createLogger, log, requestLog } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { metrics, prometheus } from '@seaworthy/metrics'
import { exchange, middleware, problem, requestId, stack, trustProxy, type Middleware } from '@seaworthy/middleware'
import { bodyLimit, deadline } from '@seaworthy/server'
import type { Lifecycle } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { service, type Part, type Service } from './index.ts'
import { quietLife } from './quiet.fixture.ts'

/** What these tests do without: the process keeps its signals, its log and its telemetry. */
const alone = { shutdown: false, log: false, telemetry: false } as const

const lives: Lifecycle[] = []
/** A life cycle that the test ends, and telemetry with it. */
function life(): Lifecycle {
  const made = quietLife()
  lives.push(made)
  return made
}
afterEach(async () => {
  for (const each of lives.splice(0)) await each.stop()
})

const namesOf = ({ parts }: Service): string[] => parts.map(({ name }) => name)
const request = (path = '/'): Request => new Request(`http://localhost${path}`)

/** A part that notes its turn. */
const noted = (name: string, turns: string[]): Middleware => middleware({ name, before: () => void turns.push(name) })

describe('the parts of a service', () => {
  test('are mounted in one order, the guards last (service/2)', async () => {
    const turns: string[] = []
    const part = (name: string): Middleware => noted(name, turns)
    const svc = await service({
      ...alone,
      name: 'orders',
      // Given in another order than that in which they are mounted.
      guards: [part('limits'), part('policy')],
      bodyLimit: part('bodyLimit'),
      deadline: part('deadline'),
      console: Object.assign(consolePage(), part('console')),
      debug: Object.assign(debug({ authorize: 'loopback' }), part('debug')),
      requestLog: part('requestLog'),
      metrics: part('metrics'),
      tracing: part('tracing'),
      prometheus: Object.assign(part('prometheus'), { reader: prometheus().reader }),
      health: Object.assign(health(), part('health')),
      requestId: part('requestId'),
      trustProxy: part('trustProxy'),
    })
    const order = ['trustProxy', 'requestId', 'health', 'prometheus', 'tracing', 'metrics', 'requestLog']
    const whole = [...order, 'debug', 'console', 'deadline', 'bodyLimit', 'limits', 'policy']
    expect(namesOf(svc)).toEqual(whole)
    await new Hono().use(svc).request('/')
    expect(turns).toEqual(whole)
  })

  test('are all there by default, but for proxies to believe (service/2) (service/6)', async () => {
    const svc = await service({ name: 'orders', version: '1', shutdown: life(), log: false })
    expect(svc.parts).toEqual([
      { name: 'requestId', from: 'default', settings: {} },
      { name: 'health', from: 'default', settings: { version: 'service', lifecycle: 'service', logger: 'service' } },
      { name: 'prometheus', from: 'default', settings: {} },
      { name: 'tracing', from: 'default', settings: {} },
      { name: 'metrics', from: 'default', settings: {} },
      { name: 'requestLog', from: 'default', settings: {} },
      { name: 'debug', from: 'default', settings: { authorize: 'service', routes: 'service' } },
      { name: 'console', from: 'default', settings: { health: 'service', debug: 'service', routes: 'service' } },
      { name: 'deadline', from: 'default', settings: { deadline: 'service' } },
      { name: 'bodyLimit', from: 'default', settings: { bodyLimit: 'service' } },
    ] satisfies Part[])
  })

  test('are listed with who gave each setting, and without values (service/6)', async () => {
    const svc = await service({
      ...alone,
      name: 'orders',
      checks: { db: () => true },
      trustProxy: 'private',
      requestId: requestId(),
      health: { logger: false, timeout: '1s' },
      tracing: false,
      metrics: { attributes: () => ({ token: 'canary' }) },
      requestLog: false,
      debug: { authorize: () => false },
      deadline: '3s',
      guards: [stack(requestId())],
    })
    expect(svc.parts).toEqual([
      { name: 'trustProxy', from: 'options', settings: { trustProxy: 'options' } },
      { name: 'requestId', from: 'instance', settings: {} },
      { name: 'health', from: 'options', settings: { checks: 'service', logger: 'options', timeout: 'options' } },
      { name: 'metrics', from: 'options', settings: { attributes: 'options' } },
      { name: 'debug', from: 'options', settings: { authorize: 'options', routes: 'service' } },
      { name: 'deadline', from: 'options', settings: { deadline: 'options' } },
      { name: 'bodyLimit', from: 'default', settings: { bodyLimit: 'service' } },
      { name: 'stack', from: 'instance', settings: {} },
    ] satisfies Part[])
    expect(JSON.stringify(svc.parts)).not.toContain('canary')
    expect(Object.isFrozen(svc.parts) && svc.parts.every((part) => Object.isFrozen(part))).toBe(true)
    expect(svc.hooks).toHaveLength(8)
  })

  test('take false, each and all (service/5)', async () => {
    const none = {
      trustProxy: false,
      requestId: false,
      health: false,
      prometheus: false,
      tracing: false,
      metrics: false,
      requestLog: false,
      debug: false,
      console: false,
      deadline: false,
      bodyLimit: false,
    } as const
    for (const [name, value] of Object.entries(none)) {
      expect(namesOf(await service({ ...alone, name: 'orders', [name]: value }))).not.toContain(name)
    }
    const svc = await service({ ...alone, ...none, name: 'orders' })
    expect(svc.parts).toEqual([])
    const app = new Hono().use(svc).get('/livez', (c) => c.text('mine'))
    const response = await app.request('/livez')
    expect([response.status, await response.text(), response.headers.get('x-request-id')]).toEqual([200, 'mine', null])
    expect(await (await svc.handler(() => new Response('bare'))(request())).text()).toBe('bare')
  })

  test('take false where they are the process, too (service/5)', async () => {
    const output = memoryOutput()
    const before = createLogger({ outputs: [output] })
    await service({ ...alone, name: 'first', log: before })
    const listeners = process.listenerCount('SIGTERM')
    const svc = await service({ ...alone, name: 'second' })
    log.info('still mine')
    expect(output.records.map(({ msg, fields }) => ({ msg, fields }))).toEqual([{ msg: 'still mine', fields: {} }])
    expect(process.listenerCount('SIGTERM')).toBe(listeners)
    // Nobody has started telemetry: it can be.
    await using telemetry = await startTelemetry({ onError: () => {} })
    expect(telemetry.exporters.traces).toEqual([])
    expect(svc.preflight().map(({ code }) => code)).toContain('no_life_cycle')
  })

  test('take options, with their effects (service/3) (service/7)', async () => {
    const output = memoryOutput()
    const spans: { name: string; attributes: object; resource: object }[] = []
    const exits: number[] = []
    const svc = await service({
      name: 'orders',
      version: '4.5.6',
      log: { outputs: [output], fields: { region: 'eu' } },
      telemetry: {
        resource: { 'cloud.region': 'eu' },
        tap: {
          onSpanEnd: ({ name, attributes, resource }) =>
            spans.push({ name, attributes, resource: resource.attributes }),
        },
      },
      shutdown: { signals: ['SIGUSR2'], onUncaught: 'ignore', exit: (code) => exits.push(code) },
      server: { addr: '127.0.0.1:0' },
      trustProxy: 'loopback',
      requestId: { header: 'x-trace-me' },
      health: { paths: { live: '/alive' } },
      prometheus: { path: '/numbers' },
      tracing: { attributes: () => ({ 'shop.id': 7 }) },
      metrics: { attributes: () => ({ 'shop.tier': 'gold' }) },
      requestLog: { fields: () => ({ shop: 7 }) },
      deadline: '60ms',
      bodyLimit: '1KiB',
    })
    const app = new Hono()
    app.use(svc)
    app.get('/client', (c) => c.text(exchange(c).client ?? ''))
    app.get('/never', () => new Promise<Response>(() => undefined))
    app.post('/body', async (c) => c.text(await c.req.text()))
    const { url } = await svc.serve(app)

    const client = await fetch(`${url}/client`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(await client.text()).toBe('203.0.113.9')
    expect(client.headers.get('x-trace-me')).toMatch(/^[\w-]{22}$/)
    expect((await fetch(`${url}/alive`)).status).toBe(200)
    expect((await fetch(`${url}/never`)).status).toBe(504)
    const post = (length: number): Promise<Response> =>
      fetch(`${url}/body`, { method: 'POST', body: 'x'.repeat(length) })
    expect([(await post(1024)).status, (await post(1025)).status]).toEqual([200, 413])
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ version: '4.5.6' })
    expect(await (await fetch(`${url}/numbers`)).text()).toMatch(/shop_tier="gold"/)
    await eventually(() => spans.length === 4, 'four spans')
    expect(spans[0]).toMatchObject({ name: 'GET /client', attributes: { 'shop.id': 7 } })
    expect(spans[0]?.resource).toMatchObject({
      'service.name': 'orders',
      'service.version': '4.5.6',
      'cloud.region': 'eu',
    })
    const line = output.records.find(({ fields }) => fields['http.route'] === '/client')
    expect(line?.fields).toMatchObject({ service: 'orders', region: 'eu', shop: 7, 'client.address': '203.0.113.9' })

    process.kill(process.pid, 'SIGUSR2')
    await eventually(() => exits.length > 0, 'the end')
    expect(exits).toEqual([0])
    expect(output.messages).toContain('stopped')
  })

  test('take instances, which are used as they are (service/4)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output], fields: { mine: true } })
    const spans: string[] = []
    const endpoint = prometheus({ path: '/numbers' })
    const telemetry = await startTelemetry({
      metrics: { readers: [endpoint.reader] },
      tap: { onSpanEnd: ({ name }) => spans.push(name) },
    })
    const own = life()
    const probes = health({ version: 'own', lifecycle: own })
    const given = {
      trustProxy: trustProxy('loopback'),
      requestId: requestId({ header: 'x-trace-me' }),
      health: probes,
      prometheus: endpoint,
      tracing: tracing(),
      metrics: metrics(),
      requestLog: requestLog(),
      debug: debug({ authorize: 'loopback' }),
      console: consolePage(),
      deadline: deadline('60ms'),
      bodyLimit: bodyLimit('1KiB'),
    }
    const svc = await service({ name: 'orders', version: '1', log: logger, telemetry, shutdown: own, ...given })
    expect(svc.parts).toEqual(Object.keys(given).map((name) => ({ name, from: 'instance', settings: {} })))
    expect(svc.hooks).toEqual(Object.values(given).flatMap(({ hooks }) => hooks))

    const app = new Hono().use(svc).get('/never', () => new Promise<Response>(() => undefined))
    await using server = await svc.serve(app, { addr: '127.0.0.1:0' })
    expect(own.state).toBe('ready')
    expect((await fetch(`${server.url}/never`)).status).toBe(504)
    expect(await (await fetch(`${server.url}/healthz`)).json()).toMatchObject({ version: 'own' })
    expect(await (await fetch(`${server.url}/numbers`)).text()).toContain('http_route="/never"')
    await eventually(() => spans.length > 0 && output.records.length > 0, 'a span and a line')
    expect(spans).toEqual(['GET /never'])
    expect(output.records[0]?.fields).toMatchObject({ mine: true, 'http.route': '/never' })
    expect(output.records[0]?.fields['service']).toBeUndefined()
  })

  test('give way to their own options where the service would set something (service/8)', async () => {
    const output = memoryOutput()
    const mine: unknown[] = []
    const note = (message: unknown): void => void mine.push(message)
    const svc = await service({
      ...alone,
      name: 'orders',
      log: { outputs: [output], fields: { service: 'shop' } },
      health: { logger: { info: note, warn: note } },
      checks: { db: () => false },
    })
    const app = new Hono().use(svc)
    expect((await app.request('/healthz')).status).toBe(503)
    log.info('hello')
    expect(mine).toHaveLength(1)
    expect(output.records.map(({ msg, fields }) => [msg, fields['service']])).toEqual([['hello', 'shop']])
  })
})

describe('limits that hold by default', () => {
  test('15 s for a handler (service/9)', async () => {
    const svc = await service({ ...alone, name: 'orders' })
    const never = svc.handler(() => new Promise<Response>(() => undefined))
    let answered: number | undefined
    vi.useFakeTimers()
    try {
      const response = Promise.resolve(never(request())).then(({ status }) => (answered = status))
      vi.advanceTimersByTime(14_999)
      await Promise.resolve()
      expect(answered).toBeUndefined()
      vi.advanceTimersByTime(1)
      expect(await response).toBe(504)
    } finally {
      vi.useRealTimers()
    }
  })

  test('1 MiB for a body (service/9)', async () => {
    const svc = await service({ ...alone, name: 'orders' })
    const app = new Hono().use(svc).post('/', async (c) => c.text(String((await c.req.text()).length)))
    await using server = await svc.serve(app, { addr: '127.0.0.1:0' })
    const post = (length: number): Promise<Response> =>
      fetch(server.url, { method: 'POST', body: new Uint8Array(length) })
    expect(await (await post(2 ** 20)).text()).toBe(String(2 ** 20))
    expect((await post(2 ** 20 + 1)).status).toBe(413)
  })

  test('a larger body limit is one of the server, too (service/10)', async () => {
    const svc = await service({ ...alone, name: 'orders', bodyLimit: '2MiB' })
    const app = new Hono().use(svc).post('/', async (c) => c.text(String((await c.req.text()).length)))
    await using server = await svc.serve(app, { addr: '127.0.0.1:0' })
    const post = (length: number): Promise<Response> =>
      fetch(server.url, { method: 'POST', body: new Uint8Array(length) })
    expect(await (await post(2 ** 21)).text()).toBe(String(2 ** 21))
    expect((await post(2 ** 21 + 1)).status).toBe(413)
    await using strict = await svc.serve(app, { addr: '127.0.0.1:0', maxBodyBytes: '1KiB' })
    expect((await fetch(strict.url, { method: 'POST', body: new Uint8Array(1025) })).status).toBe(413)
  })
})

describe('svc.handler()', () => {
  test('answers synchronously, and passes on what comes after the request (service/11)', async () => {
    const svc = await service({ ...alone, name: 'orders' })
    const fetch = svc.handler((_request: Request, env: { city: string }, n: number) => new Response(env.city + n))
    const response = fetch(request(), { city: 'Porto' }, 4)
    expect(response).not.toBeInstanceOf(Promise)
    expect(await (await response).text()).toBe('Porto4')
  })

  test('takes the route, also inside the life cycle of serve() (service/11)', async () => {
    const routes: (string | undefined)[] = []
    const spy = middleware({ settled: (x) => void routes.push(x.route) })
    const svc = await service({ ...alone, name: 'orders', shutdown: life(), guards: [spy] })
    const fetchOrder = svc.handler(() => new Response('ok'), { route: () => '/orders/:id' })
    await fetchOrder(request('/orders/1'))
    await using server = await svc.serve({ fetch: fetchOrder }, { addr: '127.0.0.1:0' })
    await (await fetch(`${server.url}/orders/2`)).text()
    await eventually(() => routes.length === 2, 'both requests')
    expect(routes).toEqual(['/orders/:id', '/orders/:id'])
  })
})

describe('guards', () => {
  test('answer inside of everything that observes, and after the probes (service/2)', async () => {
    const output = memoryOutput()
    const deny = middleware({ name: 'deny', before: () => problem({ status: 403 }) })
    const svc = await service({ ...alone, name: 'orders', log: { outputs: [output] }, guards: [deny] })
    const app = new Hono().use(svc)
    const refused = await app.request('/orders')
    expect(refused.status).toBe(403)
    expect(refused.headers.get('x-request-id')).not.toBeNull()
    await refused.text()
    expect(output.records[0]?.fields).toMatchObject({ 'http.response.status_code': 403, service: 'orders' })
    expect((await app.request('/livez')).status).toBe(200)
  })
})

describe('/metrics', () => {
  test('has the reader that telemetry is started with, beside those given (service/12)', async () => {
    const other = prometheus({ path: '/other' })
    const svc = await service({
      name: 'orders',
      shutdown: life(),
      log: false,
      telemetry: { metrics: { readers: [other.reader] } },
      guards: [other],
    })
    const app = new Hono().use(svc).get('/', (c) => c.text('ok'))
    await (await app.request('/')).text()
    for (const path of ['/metrics', '/other']) {
      expect(await (await app.request(path)).text()).toContain('http_server_request_duration_seconds_count')
    }
  })

  test('is left out where the service starts no telemetry (service/12)', async () => {
    expect(namesOf(await service({ ...alone, name: 'orders' }))).not.toContain('prometheus')
    const own = life()
    const telemetry = await startTelemetry({ onError: () => {} })
    const svc = await service({ name: 'orders', log: false, shutdown: own, telemetry })
    expect(namesOf(svc)).not.toContain('prometheus')
  })
})

describe('serve()', () => {
  test('listens with the life cycle; its options are stronger than those of the service (service/13)', async () => {
    const own = life()
    const svc = await service({ ...alone, name: 'orders', shutdown: own, server: { addr: 'nowhere' } })
    const app = new Hono().use(svc)
    expect((await app.request('/readyz')).status).toBe(503)
    await expect(svc.serve(app)).rejects.toMatchObject({ code: 'ERR_SERVER_ADDRESS' })
    expect(own.state).toBe('starting')
    await using server = await svc.serve(app, { addr: '127.0.0.1:0' })
    expect(own.state).toBe('ready')
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    await own.stop()
    await expect(fetch(`${server.url}/readyz`)).rejects.toThrow()
  })
})
