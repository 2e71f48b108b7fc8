import { config, explain, secret, string } from '@seaworthy/config'
import { health } from '@seaworthy/health'
import { SeaworthyError } from '@seaworthy/middleware'
import { createPrincipal, security, authenticator } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { bareConsole } from './bare-console.test-kit.ts'
import type { ConfigView, DebugSource, DebugView, HealthView, RouteView, ServiceMap } from './index.ts'
import { until } from './service.test-kit.ts'
import { makeSpan, traceId } from './telemetry.test-kit.ts'

describe('health', () => {
  test('is shown with what each check answered before (console/11)', async () => {
    let up = true
    const probes = health({
      version: '1.2.3',
      ttl: 0,
      logger: false,
      checks: {
        database: () => {
          if (!up) throw new Error('connection refused')
        },
      },
    })
    const { api, page } = bareConsole({ health: probes })
    await api('health')
    up = false
    await probes.check()
    up = true
    const view = await until(
      () => api<HealthView>('health'),
      ({ checks }) => checks[0]?.history.at(-1)?.status === 'pass' && (checks[0]?.history.length ?? 0) >= 3,
    )
    expect(view).toMatchObject({ available: true, status: 'pass', version: '1.2.3' })
    const [database] = view.checks
    expect(database).toMatchObject({ name: 'database', kind: 'critical', status: 'pass' })
    expect(database?.history.map(({ status }) => status).slice(0, 2)).toEqual(['pass', 'fail'])
    expect(database?.history[1]?.output).toBe('connection refused')
    page.close()
    probes.close()
  })

  test('that cannot be asked is told, and what was not given is not there (console/11)', async () => {
    const failing = bareConsole({ health: { check: () => Promise.reject(new TypeError('secret words')) } })
    expect((await failing.api<HealthView>('health')).notes).toEqual(['The checks could not be asked: TypeError.'])
    expect(await bareConsole().api<HealthView>('health')).toEqual({ available: false, notes: [], checks: [] })
  })

  test('remembers a bounded number of answers (console/11) (console/23)', async () => {
    let asked = 0
    const result = { name: 'a', kind: 'critical', gates: [], componentType: 'system', status: 'pass' } as const
    const check = () => {
      const time = new Date(++asked).toISOString()
      const checks = { a: { ...result, durationMs: 1, time, since: time } }
      return Promise.resolve({ status: 'pass', uptime: 1, checks } as const)
    }
    const { api } = bareConsole({ health: { check } })
    for (let i = 0; i < 130; i++) await api('health')
    const view = await api<HealthView>('health')
    expect(view.checks[0]?.history).toHaveLength(120)
    expect(view.checks[0]?.history.at(-1)?.time).toBe(new Date(131).toISOString())
  })
})

describe('routes and configuration', () => {
  test('are those of the service, with policies and sources (console/12)', async () => {
    const auth = authenticator({
      name: 'key',
      extract: (x) => x.header('x-key'),
      authenticate: () => ({ principal: createPrincipal({ scheme: 'key', subject: 'ada', claims: {} }) }),
      challenge: () => 'key',
      openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-key' }),
    })
    const policy = security({ default: auth })
    const app = new Hono().use(policy)
    app.get('/orders/:id', (c) => c.text('order'))
    app.get('/open', policy.none(), (c) => c.text('open'))
    const { api } = bareConsole({ routes: () => policy.routes(app) })
    expect(await api<RouteView>('routes')).toEqual({
      available: true,
      routes: [
        { method: 'GET', path: '/orders/:id', policy: 'key', level: 'default' },
        { method: 'GET', path: '/open', policy: 'none', level: 'route' },
      ],
    })
  })

  test('may be those of Hono, of which only method and path are told (console/12)', async () => {
    const app = new Hono().get('/orders', (c) => c.text('orders'))
    const { api } = bareConsole({ routes: () => app.routes })
    expect(await api<RouteView>('routes')).toEqual({ available: true, routes: [{ method: 'GET', path: '/orders' }] })
  })

  test('shows no secret, and no member that is not known (console/12)', async () => {
    const cfg = config({ name: string({ default: 'orders' }), token: secret(string()) }, { env: { TOKEN: 'canary' } })
    const { api, ask } = bareConsole({ config: () => explain(cfg).map((each) => ({ ...each, raw: 'canary' })) })
    const view = await api<ConfigView>('config')
    expect(view.values.map(({ key, value, source }) => [key, value, source])).toEqual([
      ['name', 'orders', 'default'],
      ['token', '[redacted]', 'environment'],
    ])
    expect(await (await ask('/api/config')).text()).not.toContain('canary')
  })

  test('are not there where they were not given (console/12)', async () => {
    const { api } = bareConsole()
    expect(await api<RouteView>('routes')).toEqual({ available: false, routes: [] })
    expect(await api<ConfigView>('config')).toEqual({ available: false, values: [] })
  })
})

describe('debug', () => {
  function source(): DebugSource & { readonly calls: unknown[] } {
    const calls: unknown[] = []
    return {
      calls,
      control: {
        path: '/debug',
        flamePath: '/debug/flame',
        setLevel(change) {
          if (change.for === '48h') throw new SeaworthyError('ERR_DEBUG_LEVEL', 'At most 24 hours.')
          calls.push(change)
        },
        revertLevel: (id) => calls.push(id),
        levels: () => [{ id: 'a', level: 'debug', until: '2026-01-01T00:00:00.000Z', route: '/orders' }],
        inflight: () => [{ method: 'GET', path: '/slow', ageMs: 5 }],
      },
    }
  }
  const json = { 'content-type': 'application/json' }
  const post = (body: unknown): RequestInit => ({ method: 'POST', headers: json, body: JSON.stringify(body) })

  test('changes logging and changes it back (console/13)', async () => {
    const debug = source()
    const { ask } = bareConsole({ debug })
    const change = { level: 'debug', for: '10m', route: '/orders' }
    const response = await ask('/api/debug/log', post(change))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      available: true,
      canLog: true,
      logging: [{ id: 'a', level: 'debug', until: '2026-01-01T00:00:00.000Z', target: 'route /orders' }],
      inFlight: [{ method: 'GET', path: '/slow', ageMs: 5 }],
      flame: '/debug/flame',
      index: '/debug',
    })
    await ask('/api/debug/log', post({ revert: 'a' }))
    expect(debug.calls).toEqual([change, 'a'])
  })

  test('refuses in its own words, and what is no change before (console/13)', async () => {
    const debug = source()
    const { ask } = bareConsole({ debug })
    const refused = await ask('/api/debug/log', post({ level: 'debug', for: '48h' }))
    expect([refused.status, await refused.json()]).toMatchObject([400, { detail: 'At most 24 hours.' }])
    for (const body of [{ revert: '' }, { revert: null }, {}, [], null, 'x', { level: 'debug' }]) {
      expect((await ask('/api/debug/log', post(body))).status).toBe(400)
    }
    expect((await ask('/api/debug/log', { method: 'POST', headers: json, body: '{' })).status).toBe(400)
    expect((await bareConsole().ask('/api/debug/log', post({ revert: 'a' }))).status).toBe(404)
    expect(debug.calls).toEqual([])
    expect((await bareConsole().api<DebugView>('debug')).available).toBe(false)
  })
})

test('the map shows who called whom (console/14)', async () => {
  const { page, api } = bareConsole()
  for (let trace = 1; trace <= 10; trace++) {
    const failed = trace === 10 ? { status: { code: 2 } } : {}
    page.onSpanEnd?.(makeSpan({ trace, span: 1, ms: 50 }))
    page.onSpanEnd?.(
      makeSpan({ trace, span: 2, parent: 1, kind: 'client', ms: trace, attributes: { 'server.address': 'stock' } }),
    )
    page.onSpanEnd?.(makeSpan({ trace, span: 3, parent: 2, service: 'inventory', ms: 1, at: trace }))
    const query = { 'db.system.name': 'postgresql', 'db.namespace': 'stock' }
    page.onSpanEnd?.(
      makeSpan({
        trace,
        span: 4,
        parent: 3,
        service: 'inventory',
        kind: 'client',
        at: trace,
        attributes: query,
        ...failed,
      }),
    )
    page.onSpanEnd?.(
      makeSpan({ trace, span: 5, parent: 1, kind: 'client', attributes: { 'server.address': 'mail.example' } }),
    )
    page.onSpanEnd?.(
      makeSpan({ trace, span: 6, parent: 1, kind: 'producer', attributes: { 'messaging.system': 'kafka' } }),
    )
  }
  const map = await api<ServiceMap>('map')
  expect(map.nodes.map(({ id, kind }) => [id, kind])).toEqual([
    ['service:orders', 'service'],
    ['client', 'client'],
    ['service:inventory', 'service'],
    ['database:postgresql stock', 'database'],
    ['external:mail.example', 'external'],
    ['messaging:kafka', 'messaging'],
  ])
  const calls = Object.fromEntries(map.calls.map((call) => [`${call.from} ${call.to}`, call]))
  expect(Object.keys(calls)).toHaveLength(5)
  expect(calls['service:orders service:inventory']).toMatchObject({ count: 10, errorRatio: 0, p50Ms: 6, p95Ms: 10 })
  expect(calls['service:inventory database:postgresql stock']).toMatchObject({
    count: 10,
    errorRatio: 0.1,
    traceId: traceId(10),
  })
  expect(calls['client service:orders']).toMatchObject({ count: 10, p50Ms: 50 })
})
