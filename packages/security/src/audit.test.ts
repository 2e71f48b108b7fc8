import { AsyncLocalStorage } from 'node:async_hooks'
import { metrics, trace } from '@opentelemetry/api'
import { currentExchange, handler, middleware, requestId, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { any, optional, security, type AuditEvent, type AuditSink } from './index.ts'
import { ask, keyed, prize, token } from './schemes.test-kit.ts'
import { startMetrics, startTraces } from './start-sdk.test-kit.ts'

/** An application with an audit of its own. */
function audited(sink?: AuditSink): {
  readonly app: Hono
  readonly events: AuditEvent[]
  /** The events, once the loop has turned. */
  settle(): Promise<AuditEvent[]>
} {
  const events: AuditEvent[] = []
  const auth = token()
  const policy = security({
    default: any(auth, keyed()),
    audit: { sink: sink ?? ((event) => void events.push(event)), fingerprintKey: 'a key of sixteen bytes' },
  })
  const app = new Hono()
    .use(requestId({ accept: true }), policy)
    .get('/orders/:id', (c) => c.text(prize))
    .get('/write', policy.method(auth.scopes('write')), (c) => c.text(prize))
    .get('/maybe', policy.method(optional(auth)), (c) => c.text(prize))
    .get('/open', policy.none(), (c) => c.text(prize))
    .get('/fails', () => {
      throw new Error('boom')
    })
    .onError((_error, c) => c.text('', 500))
  return {
    app,
    events,
    async settle() {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
      return events
    },
  }
}

describe('the audit', () => {
  test('has one event a request (security/38)', async () => {
    const { app, settle } = audited()
    const headers = { 'x-request-id': 'req-1' }
    await app.request(
      'https://shop.example/orders/1',
      { headers: { ...headers, authorization: 'Token ann' } },
      { requestIP: () => ({ address: '192.0.2.1', port: 1 }) },
    )
    await ask(app, '/orders/2', 'bad', { headers })
    await ask(app, '/orders/3', undefined, { headers: { 'x-key': 'a,b' } })
    await ask(app, '/write', 'ann')
    await ask(app, '/maybe')
    await ask(app, '/open')
    await ask(app, '/fails', 'ann')
    await ask(app, '/nothing')
    const events = await settle()
    expect(events).toHaveLength(8)
    expect(events[0]).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      outcome: 'allowed',
      scheme: 'token',
      method: 'GET',
      route: '/orders/:id',
      requestId: 'req-1',
      client: '192.0.2.1',
      caller: expect.stringMatching(/^[\w-]{43}$/),
      credential: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(
      events.slice(1).map(({ outcome, scheme, code, reason, route }) => [outcome, scheme, code, reason, route]),
    ).toEqual([
      ['denied', 'token', 'invalid', 'a bad name', '/orders/:id'],
      ['denied', 'key', 'malformed', 'several credentials in x-key', '/orders/:id'],
      ['denied', 'token', 'insufficient_scope', 'a scope is missing', '/write'],
      ['anonymous', undefined, undefined, undefined, '/maybe'],
      ['open', undefined, undefined, undefined, '/open'],
      ['allowed', 'token', undefined, undefined, '/fails'],
      ['denied', undefined, 'missing', 'no credentials', undefined],
    ])
  })

  test('does not forget who was let in for an optional guard behind the policy (security/38)', async () => {
    const events: AuditEvent[] = []
    const auth = token()
    const policy = security({ default: auth, audit: (event) => void events.push(event) })
    const app = new Hono().use(policy, optional(keyed())).get('/', auth, (c) => c.text(prize))
    expect((await ask(app, '/', 'ann')).body).toBe(prize)
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.map(({ outcome, scheme }) => [outcome, scheme])).toEqual([['allowed', 'token']])
  })

  test('has an event for a request that the guard answered with 404 (security/38)', async () => {
    const events: AuditEvent[] = []
    const policy = security({ default: token(), unmatched: 'not-found', audit: (event) => void events.push(event) })
    expect((await ask(new Hono().use(policy), '/nothing', 'ann')).status).toBe(404)
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.map(({ outcome }) => outcome)).toEqual(['unmatched'])
  })

  test('knows of the refusal of a guard behind the policy (security/38)', async () => {
    const events: AuditEvent[] = []
    const auth = token()
    const policy = security({ default: auth, audit: (event) => void events.push(event) })
    const app = new Hono().use(policy).get('/', auth.scopes('write'), (c) => c.text(prize))
    expect((await ask(app, '/', 'ann')).status).toBe(403)
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.map(({ outcome, code }) => [outcome, code])).toEqual([['denied', 'insufficient_scope']])
  })

  test('tells one credential from another without showing it (security/39)', async () => {
    const { app, settle } = audited()
    const canary = 'canary-0123456789'
    for (const credentials of [canary, `${canary}:read`, 'bob']) await ask(app, '/orders/1', credentials)
    await ask(app, '/orders/1', undefined, { headers: { 'x-key': canary } })
    await ask(app, '/orders/1', undefined, { headers: { authorization: `Token ${canary}, Token ${canary}` } })
    const events = await settle()
    expect(events[0]?.credential).toBe(events[1]?.credential)
    expect(events[0]?.credential).not.toBe(events[2]?.credential)
    expect(JSON.stringify(events)).not.toContain(canary)
    // The control: what is not a credential is found in the same way.
    expect(JSON.stringify(events)).toContain('/orders/:id')
    const other = audited()
    await ask(other.app, '/orders/1', canary)
    expect((await other.settle())[0]?.credential).toBe(events[0]?.credential)
  })

  test('uses a key of each process when it is given none, and refuses a short one (security/39)', async () => {
    const seen: AuditEvent[] = []
    for (let i = 0; i < 2; i++) {
      const policy = security({ default: token(), audit: (event) => void seen.push(event) })
      await ask(
        new Hono().use(policy).get('/', (c) => c.text('')),
        '/',
        'ann',
      )
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(seen).toHaveLength(2)
    expect(seen[0]?.credential).not.toBe(seen[1]?.credential)
    expect(() => security({ default: token(), audit: { sink: () => undefined, fingerprintKey: 'short' } })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_OPTION' }),
    )
  })

  test('cannot throw into a request or delay it, and says once that it fails (security/40)', async () => {
    const logged: unknown[][] = []
    const error = console.error
    console.error = (...args: unknown[]) => void logged.push(args)
    try {
      for (const sink of [
        () => {
          throw new Error('full')
        },
        () => Promise.reject(new Error('full')),
        () => new Promise<void>(() => undefined),
      ]) {
        const { app, settle } = audited(sink)
        for (let i = 0; i < 3; i++) {
          expect((await ask(app, '/orders/1', 'ann')).body).toBe(prize)
          await settle()
        }
      }
    } finally {
      console.error = error
    }
    expect(logged).toHaveLength(2)
    expect(logged[0]?.[0]).toContain('audit')
  })

  test('does not run the sink before the answer is given (security/40)', async () => {
    const order: string[] = []
    const policy = security({ default: token(), audit: () => void order.push('sink') })
    const outer = middleware({ after: () => void order.push('head') })
    const fetch = handler(stack(outer, policy), () => new Response(prize))
    const response = await fetch(new Request('https://x.example/', { headers: { authorization: 'Token ann' } }))
    order.push(await response.text())
    await new Promise((resolve) => setImmediate(resolve))
    expect(order).toEqual(['head', prize, 'sink'])
  })

  test('runs the sink in the scopes of the request that the event is about (security/40)', async () => {
    const scopes = new AsyncLocalStorage<string>()
    const seen: (readonly unknown[])[] = []
    const policy = security({
      default: token(),
      audit: async ({ requestId }) => {
        await Promise.resolve()
        seen.push([requestId, currentExchange()?.requestId, scopes.getStore()])
      },
    })
    const scoped = middleware({ scope: (x, run) => scopes.run(`scope of ${x.requestId}`, run) })
    const app = new Hono().use(requestId({ accept: true }), scoped, policy).get('/', (c) => c.text(prize))
    const ids = Array.from({ length: 20 }, (_, i) => `req-${i}`)
    await Promise.all(
      ids.map((id, i) => ask(app, '/', i % 2 === 0 ? 'ann' : 'late', { headers: { 'x-request-id': id } })),
    )
    for (let i = 0; i < 100 && seen.length < ids.length; i++) await new Promise((resolve) => setTimeout(resolve, 2))
    expect(seen.map(([id]) => id).toSorted()).toEqual(ids.toSorted())
    for (const [id, current, scope] of seen) expect([current, scope]).toEqual([id, `scope of ${id}`])
  })

  test('has an event also for a request that ended without a response (security/38)', async () => {
    const events: AuditEvent[] = []
    const policy = security({ default: token(), audit: (event) => void events.push(event) })
    const fetch = handler(policy, () => Promise.reject(new Error('boom')))
    const request = new Request('https://x.example/', { headers: { authorization: 'Token ann' } })
    await expect((async () => fetch(request))()).rejects.toThrow('boom')
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.map(({ outcome }) => outcome)).toEqual(['allowed'])
  })
})

describe('telemetry', () => {
  const started: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of started.splice(0)) await stop()
  })
  beforeEach(() => {
    metrics.disable()
    trace.disable()
  })

  test('counts attempts by scheme and outcome, also when the SDK starts late (security/41)', async () => {
    const auth = token()
    const app = new Hono().use(security({ default: any(auth, keyed()) })).get('/', (c) => c.text(''))
    await ask(app, '/', 'before the SDK')
    const { read, stop } = startMetrics()
    started.push(stop)
    for (const credentials of ['ann', 'bob', 'bad', undefined]) await ask(app, '/', credentials)
    await ask(app, '/', undefined, { headers: { 'x-key': 'acme' } })
    expect(await read('seaworthy.auth.attempts')).toEqual([
      { value: 1, attributes: { 'seaworthy.auth.scheme': 'key', 'seaworthy.auth.outcome': 'success' } },
      { value: 1, attributes: { 'seaworthy.auth.scheme': 'none', 'seaworthy.auth.outcome': 'missing' } },
      { value: 1, attributes: { 'seaworthy.auth.scheme': 'token', 'seaworthy.auth.outcome': 'invalid' } },
      { value: 2, attributes: { 'seaworthy.auth.scheme': 'token', 'seaworthy.auth.outcome': 'success' } },
    ])
  })

  test('writes enduser.id on the active span when told to, and else not (security/42)', async () => {
    const { spans, inSpan, stop } = startTraces()
    started.push(stop)
    for (const enduserId of [true, false, undefined]) {
      const policy = security({ default: token(), ...(enduserId === undefined ? {} : { enduserId }) })
      const app = new Hono().use(middleware({ scope: inSpan }), policy).get('/', (c) => c.text(''))
      await ask(app, '/', 'ann')
    }
    expect(spans().map(({ attributes }) => attributes['enduser.id'])).toEqual(['ann', undefined, undefined])
  })
})
