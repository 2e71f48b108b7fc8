import { createTestClock } from '@seaworthy/middleware/testing'
import { isLoopback } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { type Check, type CheckFunction, health, type HealthOptions } from './index.ts'

const day = Date.UTC(2026, 0, 2, 3, 4, 5)

const checks: Record<string, Check | CheckFunction> = {
  db: () => {},
  cache: {
    check: () => {
      throw new Error('connect ECONNREFUSED 10.0.0.7:6379')
    },
    kind: 'degraded',
    componentType: 'datastore',
  },
  disk: {
    check: () => ({ status: 'warn', output: 'nearly full', observedValue: 12, observedUnit: 'bytes' }),
    kind: 'informational',
  },
}

function application(options: HealthOptions = {}): Hono {
  return new Hono().use(health({ logger: false, checks, clock: createTestClock(day), ...options }))
}

async function body(options: HealthOptions, accept?: string, path = '/healthz'): Promise<string> {
  const answer = await application(options).request(path, accept === undefined ? {} : { headers: { accept } })
  return answer.text()
}

async function typeFor(accept: string | undefined, options: HealthOptions = {}): Promise<string | null> {
  const answer = await application(options).request('/livez', accept === undefined ? {} : { headers: { accept } })
  return answer.headers.get('content-type')
}

describe('application/health+json', () => {
  test('names every check with its status, and no details (health/23)', async () => {
    expect(JSON.parse(await body({ version: '1.4.2' }))).toEqual({
      status: 'warn',
      version: '1.4.2',
      checks: {
        db: [{ componentType: 'component', status: 'pass', kind: 'critical' }],
        cache: [{ componentType: 'datastore', status: 'fail', kind: 'degraded' }],
        disk: [{ componentType: 'component', status: 'warn', kind: 'informational' }],
      },
    })
  })

  test('with details it has values, units, times and error texts (health/23)', async () => {
    const time = '2026-01-02T03:04:05.000Z'
    const entry = { status: 'pass', componentType: 'component', time, since: time }
    expect(JSON.parse(await body({ details: 'always' }))).toEqual({
      status: 'warn',
      checks: {
        db: [{ ...entry, kind: 'critical', observedValue: 0, observedUnit: 'ms' }],
        cache: [
          {
            ...entry,
            componentType: 'datastore',
            status: 'fail',
            kind: 'degraded',
            observedValue: 0,
            observedUnit: 'ms',
            output: 'connect ECONNREFUSED 10.0.0.7:6379',
          },
        ],
        disk: [
          {
            ...entry,
            status: 'warn',
            kind: 'informational',
            observedValue: 12,
            observedUnit: 'bytes',
            output: 'nearly full',
          },
        ],
      },
    })
  })

  test('tells since when a check has its status (health/23)', async () => {
    const clock = createTestClock(day)
    const up = { db: true }
    const app = application({ clock, ttl: 0, details: 'always', checks: { db: () => up.db } })
    const since = async (): Promise<unknown> =>
      JSON.parse(await (await app.request('/healthz/db')).text())?.checks.db[0].since
    expect(await since()).toBe('2026-01-02T03:04:05.000Z')
    clock.advance('1m')
    expect(await since()).toBe('2026-01-02T03:04:05.000Z')
    up.db = false
    expect(await since()).toBe('2026-01-02T03:05:05.000Z')
    clock.advance('1m')
    expect(await since()).toBe('2026-01-02T03:05:05.000Z')
  })
})

describe("Clue's JSON", () => {
  test('has uptime, version and OK or NOT OK by name, and nothing else (health/24)', async () => {
    for (const [options, accept] of [
      [{}, 'application/json'],
      [{ format: 'clue' }, undefined],
      [{ format: 'clue', details: 'always' }, '*/*'],
    ] as const) {
      expect(JSON.parse(await body({ version: '1.4.2', ...options }, accept))).toEqual({
        uptime: 0,
        version: '1.4.2',
        status: { db: 'OK', cache: 'NOT OK', disk: 'OK' },
      })
    }
  })

  test('uptime is in whole seconds, a version that is not known is empty (health/24)', async () => {
    const clock = createTestClock(day)
    const app = application({ clock, checks: {}, format: 'clue' })
    clock.advance('1h1.9s')
    expect(await (await app.request('/livez')).json()).toEqual({ uptime: 3601, version: '', status: {} })
  })
})

describe('text/plain', () => {
  test('has one line for each check, error texts only with details (health/25)', async () => {
    expect(await body({ version: '1.4.2' }, 'text/plain')).toBe(
      'warn\nversion 1.4.2\nuptime 0 s\ndb pass\ncache fail\ndisk warn\n',
    )
    expect(await body({ format: 'text', details: 'always' })).toBe(
      'warn\nuptime 0 s\ndb pass 0 ms\ncache fail 0 ms connect ECONNREFUSED 10.0.0.7:6379\ndisk warn 0 ms nearly full\n',
    )
  })
})

describe('the form', () => {
  const cases: [accept: string | undefined, type: string][] = [
    [undefined, 'application/health+json'],
    ['*/*', 'application/health+json'],
    ['application/*', 'application/health+json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/health+json'],
    ['application/json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['*/*, application/json', 'application/json'],
    ['*/*;q=0.8, application/json;q=0.5', 'application/health+json'],
    ['application/json;q=0.5, text/plain', 'text/plain; charset=utf-8'],
    ['text/plain;q=0.5,application/health+json;q=0.6', 'application/health+json'],
    ['text/*', 'text/plain; charset=utf-8'],
    ['TEXT/PLAIN ; Q=1', 'text/plain; charset=utf-8'],
    ['application/json;q=0', 'application/health+json'],
    ['application/json;q=nonsense, text/plain;q=0.1', 'text/plain; charset=utf-8'],
    ['text/plain;q=5, application/json;q=0.1', 'application/json'],
    ['image/png', 'application/health+json'],
    ['', 'application/health+json'],
    [';;;,,,q=1', 'application/health+json'],
    ['constructor', 'application/health+json'],
  ]
  for (const [accept, type] of cases) {
    test(`for Accept ${JSON.stringify(accept)} is ${type} (health/26)`, async () => {
      expect(await typeFor(accept)).toBe(type)
    })
  }

  test('is the given one where Accept names none (health/26)', async () => {
    expect(await typeFor('*/*', { format: 'clue' })).toBe('application/json')
    expect(await typeFor('application/*', { format: 'clue' })).toBe('application/json')
    expect(await typeFor('application/*', { format: 'text' })).toBe('application/health+json')
    expect(await typeFor(undefined, { format: 'text' })).toBe('text/plain; charset=utf-8')
    expect(await typeFor('application/health+json', { format: 'clue' })).toBe('application/health+json')
  })

  test('is the same for all probes (health/26)', async () => {
    for (const path of ['/livez', '/readyz', '/startupz', '/healthz', '/healthz/db']) {
      expect(JSON.parse(await body({}, 'application/json', path))).toMatchObject({ uptime: 0, version: '' })
    }
  })
})

describe('details', () => {
  const secretive = ['application/health+json', 'application/json', 'text/plain']

  test('are for nobody by default, in no form (health/27)', async () => {
    for (const accept of secretive) {
      for (const path of ['/healthz', '/healthz/cache']) {
        expect(await body({}, accept, path)).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|nearly|2026|ms/)
      }
    }
    expect(await body({ details: 'always' })).toMatch(/ECONNREFUSED/)
  })

  test('are for whom a function of the exchange names, and for nobody when it throws or gives no true (health/27)', async () => {
    const app = application({ details: (x) => x.header('x-team') === 'orders' })
    expect(await (await app.request('/healthz', { headers: { 'x-team': 'orders' } })).text()).toContain('ECONNREFUSED')
    expect(await (await app.request('/healthz')).text()).not.toContain('ECONNREFUSED')
    const throwing = application({
      details: () => {
        throw new Error('mistake')
      },
    })
    const answer = await throwing.request('/healthz')
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toContain('ECONNREFUSED')
    // @ts-expect-error A promise is no answer: it would count as true.
    expect(await body({ details: async () => false })).not.toContain('ECONNREFUSED')
  })

  test('isLoopback of the floor gives them on this machine only (health/27)', async () => {
    const app = application({ details: isLoopback })
    await using server = await serve(app.fetch)
    expect(await (await fetch(`${server.url}/healthz`)).text()).toContain('ECONNREFUSED')
    const forwarded = await fetch(`${server.url}/healthz`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(await forwarded.text()).not.toContain('ECONNREFUSED')
  })
})
