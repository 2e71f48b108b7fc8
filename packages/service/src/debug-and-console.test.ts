import { consolePage } from '@seaworthy/console'
import { debug } from '@seaworthy/debug'
import { log } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { memoryOutput } from '@seaworthy/log/testing'
import { authenticator, security } from '@seaworthy/security'
import type { Lifecycle } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { service, type Part, type Service, type ServiceOptions } from './index.ts'
import { quietLife } from './quiet.fixture.ts'

const environment = process.env['NODE_ENV']
const lives: Lifecycle[] = []
function life(): Lifecycle {
  const made = quietLife()
  lives.push(made)
  return made
}
afterEach(async () => {
  process.env['NODE_ENV'] = environment
  for (const each of lives.splice(0)) await each.stop()
})

const alone = { name: 'orders', shutdown: false, log: false, telemetry: false } as const
const own = (): ServiceOptions => ({ name: 'orders', shutdown: life(), log: { outputs: [memoryOutput()] } })
const local = { addr: '127.0.0.1:0' }

const toolsOf = ({ parts }: Service): Part[] => parts.filter(({ name }) => name === 'debug' || name === 'console')
const namesOf = (svc: Service): string[] => toolsOf(svc).map(({ name }) => name)

async function json(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init)
  expect([response.status, url]).toEqual([200, url])
  return JSON.parse(await response.text())
}

/** What the console has as soon as it has the request for an order. */
async function shownAt(url: string): Promise<string> {
  const until = performance.now() + 5_000
  let text = ''
  while (!text.includes('/orders') && performance.now() < until) text = JSON.stringify(await json(url))
  return text
}

const key = authenticator({
  name: 'key',
  extract: (x) => x.header('x-key'),
  authenticate: () => ({ denied: { code: 'invalid', reason: 'no key is good' } }),
  challenge: () => 'Key',
  openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-key' }),
})

describe('in development', () => {
  test('the console is wired to telemetry, health, routes, configuration and debug (service/32)', async () => {
    const policy = security({ default: key })
    const config = () => [{ key: 'port', variable: 'PORT', value: '8080', source: 'default' }]
    const outputs = [otelOutput()]
    const svc = await service({ ...own(), log: { outputs }, checks: { db: () => true }, config, guards: [policy] })
    const app = new Hono().use(svc).get('/orders/:id', policy.none(), (c) => c.json({ id: c.req.param('id') }))
    const { url } = await svc.serve(app, local)
    const api = `${url}/_console/api`

    expect(await json(`${url}/orders/7`)).toEqual({ id: '7' })
    expect(await shownAt(`${api}/requests`)).toContain('"route":"/orders/:id"')
    expect(await shownAt(`${api}/logs`)).toContain('GET /orders/7 200')
    expect(JSON.stringify(await json(`${api}/metrics/routes`))).toContain('/orders/:id')
    expect(JSON.stringify(await json(`${api}/metrics`))).toContain('process.memory.usage')
    expect(await json(`${api}/health`)).toMatchObject({ available: true, checks: [{ name: 'db', status: 'pass' }] })
    expect(await json(`${api}/config`)).toMatchObject({ values: [{ key: 'port', value: '8080' }] })
    const routes = [{ method: 'GET', path: '/orders/:id', policy: 'none', level: 'route' }]
    expect(await json(`${api}/routes`)).toMatchObject({ available: true, routes })
    expect(await json(`${api}/debug`)).toMatchObject({ available: true })
    expect((await fetch(`${url}/_console/`)).headers.get('content-type')).toContain('text/html')
  })

  test('debug shows what the service is, and changes the level of its log (service/32)', async () => {
    const output = memoryOutput()
    const config = () => [{ key: 'port', value: '8080' }]
    const svc = await service({ ...own(), log: { outputs: [output] }, telemetry: false, config })
    const app = new Hono().use(svc).get('/orders/:id', (c) => {
      log.debug('looking')
      return c.text('')
    })
    const { url } = await svc.serve(app, local)
    await (await fetch(`${url}/orders/1`)).text()
    const answer = await fetch(`${url}/debug/log`, { method: 'POST', body: '{"route":"/orders/:id","for":"1m"}' })
    expect(answer.status).toBe(200)
    await (await fetch(`${url}/orders/2`)).text()
    expect(output.messages.filter((message) => message === 'looking')).toHaveLength(1)
    expect(JSON.stringify(await json(`${url}/debug/requests`))).toContain('/orders/:id')
    expect(JSON.stringify(await json(`${url}/debug/config`))).toContain('port')
    expect(await json(`${url}/debug/routes`)).toMatchObject({ routes: [{ method: 'GET', path: '/orders/:id' }] })
    await fetch(`${url}/debug/log`, { method: 'POST', body: '{"revert":"all"}' })
  })

  test('both answer also in plain Fetch, and only on this machine (service/32) (service/33)', async () => {
    const svc = await service(own())
    const { url } = await svc.serve({ fetch: svc.handler(() => new Response('mine')) }, local)
    for (const path of ['/debug', '/_console/']) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200])
      expect([path, (await fetch(url + path, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status]).toEqual([
        path,
        403,
      ])
    }
    expect(await json(`${url}/debug/routes`)).toMatchObject({ routes: [] })
    expect(await (await fetch(`${url}/debugger`)).text()).toBe('mine')
  })

  test('they take options, an instance, or false (service/3) (service/4) (service/5)', async () => {
    const given = await service({ ...own(), debug: { path: '/inside' }, console: { path: '/page' } })
    expect(toolsOf(given)).toEqual([
      { name: 'debug', from: 'options', settings: { authorize: 'service', routes: 'service', path: 'options' } },
      {
        name: 'console',
        from: 'options',
        settings: { health: 'service', debug: 'service', routes: 'service', path: 'options' },
      },
    ])
    const { url } = await given.serve({ fetch: given.handler(() => new Response('mine')) }, local)
    expect((await fetch(`${url}/inside`)).status).toBe(200)
    expect((await fetch(`${url}/page/`)).status).toBe(200)
    expect(await (await fetch(`${url}/debug`)).text()).toBe('mine')
    await lives.at(-1)?.stop()

    const [watch, page] = [debug({ authorize: 'loopback' }), consolePage()]
    const made = await service({ ...own(), debug: watch, console: page })
    expect(toolsOf(made).map(({ from }) => from)).toEqual(['instance', 'instance'])
    await (await made.handler(() => new Response('mine'))(new Request('http://localhost/orders'))).text()
    expect(watch.control.requests().map(({ path }) => path)).toEqual(['/orders'])
    await lives.at(-1)?.stop()

    expect(namesOf(await service({ ...own(), debug: false, console: false }))).toEqual([])
    await lives.at(-1)?.stop()
    const off = await service({ ...own(), debug: false, console: { enabled: false } })
    expect(namesOf(off)).toEqual([])
  })

  test('who watches does not hold up the end (service/32)', async () => {
    const svc = await service(own())
    const { url } = await svc.serve(new Hono().use(svc), local)
    const events = await fetch(`${url}/_console/api/events?topics=logs`)
    expect(events.headers.get('content-type')).toContain('text/event-stream')
    const since = performance.now()
    await Promise.all([lives.at(-1)?.stop(), events.text()])
    expect(performance.now() - since).toBeLessThan(4_000)
  })

  test('a console without debug or health does without them (service/5)', async () => {
    const svc = await service({ ...own(), debug: false, health: false })
    const { url } = await svc.serve(new Hono().use(svc), local)
    expect(await json(`${url}/_console/api/debug`)).toMatchObject({ available: false })
    expect(await json(`${url}/_console/api/health`)).toMatchObject({ available: false })
  })

  test('the console taps beside a tap of your own (service/34)', async () => {
    const mine: string[] = []
    const tap = {
      onSpanEnd: ({ name }: { name: string }) => void mine.push(name),
      onLog: () => void mine.push('log'),
      reader: { setMetricProducer: () => void mine.push('metrics') },
    }
    const svc = await service({ ...own(), telemetry: { tap } })
    const { url } = await svc.serve(
      new Hono().use(svc).get('/orders', (c) => c.text('')),
      local,
    )
    await (await fetch(`${url}/orders`)).text()
    await eventually(() => mine.includes('GET /orders'), 'the span')
    expect(mine).toContain('metrics')
    expect(await shownAt(`${url}/_console/api/requests`)).toContain('"route":"/orders"')
    expect(JSON.stringify(await json(`${url}/_console/api/metrics/routes`))).toContain('/orders')
  })

  test('without telemetry of its own there is a console only where it was handed over (service/34)', async () => {
    expect(namesOf(await service(alone))).toEqual(['debug'])
    const page: ReturnType<typeof consolePage> = consolePage()
    const telemetry = await startTelemetry({ tap: page, onError: () => {} })
    const shared = { ...own(), telemetry }
    await expect(service({ ...shared, console: {} })).rejects.toMatchObject({
      code: 'ERR_SERVICE_OPTION',
      message: expect.stringContaining('`console: page`'),
    })
    expect(namesOf(await service({ ...shared, shutdown: life(), console: page }))).toEqual(['debug', 'console'])
  })
})

describe('in production', () => {
  const authorize = (): boolean => true
  const cases: readonly (readonly [told: string, options: Partial<ServiceOptions>, tools: readonly string[]])[] = [
    ['nothing is said', {}, []],
    ['options are empty', { debug: {}, console: {} }, []],
    ['options say how, and not for whom', { debug: { keep: 5 }, console: { retain: { traces: 5 } } }, []],
    ['a function decides', { debug: { authorize }, console: { authorize } }, ['debug', 'console']],
    ['loopback is let in', { debug: { authorize: 'loopback' } }, ['debug']],
    ['a console is off', { console: { authorize, enabled: false } }, []],
    ['they are ready made', { debug: debug({ authorize }), console: consolePage() }, ['debug', 'console']],
  ]
  for (const [told, options, tools] of cases) {
    test(`there is ${tools.join(' and ') || 'neither'} where ${told} (service/33)`, async () => {
      process.env['NODE_ENV'] = 'production'
      const svc = await service({ ...own(), ...options })
      expect(namesOf(svc)).toEqual(tools)
    })
  }

  test('they are for whom authorize lets in (service/33)', async () => {
    process.env['NODE_ENV'] = 'production'
    const authorize = (x: { header(name: string): string | undefined }): boolean => x.header('x-operator') === 'ann'
    const svc = await service({ ...own(), debug: { authorize }, console: { authorize } })
    const { url } = await svc.serve({ fetch: svc.handler(() => new Response('mine')) }, local)
    for (const path of ['/debug', '/_console/']) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 403])
      expect([path, (await fetch(url + path, { headers: { 'x-operator': 'ann' } })).status]).toEqual([path, 200])
    }
  })

  test('a console that is off takes no telemetry: where it goes nowhere is told (service/34)', async () => {
    process.env['NODE_ENV'] = 'production'
    const output = memoryOutput()
    await service({ ...own(), log: { outputs: [output] }, console: consolePage() })
    expect(output.messages.join()).toContain('No OTLP endpoint is configured')
  })

  test('a console that is open to everybody is refused by its own package (service/28)', async () => {
    process.env['NODE_ENV'] = 'production'
    await expect(service({ ...own(), console: { enabled: true } })).rejects.toMatchObject({
      code: 'ERR_CONSOLE_UNGUARDED',
    })
  })

  test('requests pass through as many hooks as without them (service/33)', async () => {
    process.env['NODE_ENV'] = 'production'
    const usual = await service(own())
    await lives.at(-1)?.stop()
    const without = await service({ ...own(), debug: false, console: false })
    expect(usual.hooks.length).toBe(without.hooks.length)
    await lives.at(-1)?.stop()
    process.env['NODE_ENV'] = 'development'
    expect((await service(own())).hooks.length).toBe(without.hooks.length + 2)
  })
})

describe('the preflight', () => {
  async function found(options: Partial<ServiceOptions>): Promise<unknown[]> {
    const svc = await service({ ...own(), ...options })
    return svc.preflight().filter(({ code }) => code.endsWith('_loopback'))
  }

  test('names what lets in whoever connects from the machine (service/35)', async () => {
    expect(await found({ debug: { authorize: 'loopback' }, console: { authorize: 'loopback' } })).toEqual([
      {
        code: 'debug_loopback',
        problem: expect.stringMatching(/^`debug` answers whoever connects from this machine/),
        cure: 'Set `debug: { authorize }` to a function that asks for a credential.',
      },
      expect.objectContaining({
        code: 'console_loopback',
        cure: 'Set `console: { authorize }` to a function that asks for a credential.',
      }),
    ])
  })

  test('does not name what asks, what is off, and what is there in development alone (service/35)', async () => {
    const authorize = (): boolean => true
    for (const options of [
      {},
      { debug: {} },
      { debug: false, console: false },
      { debug: { authorize }, console: { authorize } },
      { console: { authorize: 'loopback', enabled: false } },
    ] as const) {
      expect(await found(options)).toEqual([])
      await lives.at(-1)?.stop()
    }
  })
})
