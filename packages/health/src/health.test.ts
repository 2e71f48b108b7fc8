import { isSeaworthyError } from '@seaworthy/middleware'
import { createTestClock } from '@seaworthy/middleware/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  diskCheck,
  eventLoopCheck,
  health,
  type HealthChange,
  HealthError,
  type HealthOptions,
  httpCheck,
  memoryCheck,
  postgresCheck,
  redisCheck,
  tcpCheck,
} from './index.ts'

describe('transitions', () => {
  test('only a change of status is told and logged, with what it was and is (health/41)', async () => {
    const status = { db: 'pass' }
    const lines: unknown[][] = []
    const logger = {
      info: (...line: unknown[]) => void lines.push(['info', ...line]),
      warn: (...line: unknown[]) => void lines.push(['warn', ...line]),
    }
    const part = health({
      logger,
      ttl: 0,
      checks: { db: () => ({ status: status.db, output: status.db === 'pass' ? '' : 'slow' }), other: () => {} },
    })
    const changes: HealthChange[] = []
    part.on('change', (change) => changes.push(change))
    for (const now of ['pass', 'pass', 'fail', 'fail', 'warn', 'warn', 'pass', 'pass']) {
      status.db = now
      await part.check()
    }
    expect(changes.map(({ name, from, to, result }) => [name, from, to, result.status])).toEqual([
      ['db', 'pass', 'fail', 'fail'],
      ['db', 'fail', 'warn', 'warn'],
      ['db', 'warn', 'pass', 'pass'],
    ])
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ['warn', 'health check db fails: slow'],
      ['warn', 'health check db warns: slow'],
      ['info', 'health check db passes again'],
    ])
    expect(lines[0]?.[2]).toEqual({
      'health.check.name': 'db',
      'health.check.kind': 'critical',
      'health.check.status': 'fail',
      'health.check.previous_status': 'pass',
      'health.check.output': 'slow',
    })
  })

  test('a first result counts when it does not pass (health/41)', async () => {
    const changes: HealthChange[] = []
    const part = health({ logger: false, checks: { good: () => {}, bad: () => false } })
    part.on('change', (change) => changes.push(change))
    await part.check()
    expect(changes.map(({ name, from, to }) => [name, from, to])).toEqual([['bad', undefined, 'fail']])
  })

  test('a listener can leave, and one that throws disturbs nobody (health/41)', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const up = { db: false }
    let calls = 0
    const part = health({ logger: false, ttl: 0, checks: { db: () => up.db } })
    part.on('change', () => {
      throw new Error('mistake')
    })
    const leave = part.on('change', () => void calls++)
    expect((await part.check()).status).toBe('fail')
    leave()
    leave()
    up.db = true
    expect((await part.check()).status).toBe('pass')
    expect(calls).toBe(1)
    expect(error.mock.calls.length).toBe(2)
    error.mockRestore()
  })

  describe('without a logger', () => {
    let error = vi.spyOn(console, 'error')
    beforeEach(() => {
      error = vi.spyOn(console, 'error').mockImplementation(() => {})
    })
    afterEach(() => {
      error.mockRestore()
    })

    test('a line goes to standard error, and with false none (health/41)', async () => {
      const checks = { db: () => false }
      await health({ checks, logger: false }).check()
      expect(error.mock.calls).toEqual([])
      await health({ checks }).check()
      expect(error.mock.calls).toEqual([['health check db fails: it returned false']])
    })
  })
})

describe('for the program', () => {
  test('check() asks all checks, check(name) one, with everything there is to know (health/42)', async () => {
    const clock = createTestClock(Date.UTC(2026, 0, 2))
    const part = health({
      logger: false,
      version: '1.4.2',
      clock,
      lifecycle: { state: 'ready' },
      checks: { db: { check: () => false, kind: 'degraded', gates: ['ready'] }, cache: () => {} },
    })
    clock.advance('90s')
    const time = '2026-01-02T00:01:30.000Z'
    const report = await part.check()
    expect(report).toEqual({
      status: 'warn',
      version: '1.4.2',
      uptime: 90,
      time,
      lifecycle: 'ready',
      notes: [],
      checks: {
        db: {
          name: 'db',
          kind: 'degraded',
          gates: ['ready'],
          componentType: 'component',
          status: 'fail',
          output: 'it returned false',
          observedValue: 0,
          observedUnit: 'ms',
          durationMs: 0,
          time,
          since: time,
        },
        cache: {
          name: 'cache',
          kind: 'critical',
          gates: [],
          componentType: 'component',
          status: 'pass',
          observedValue: 0,
          observedUnit: 'ms',
          durationMs: 0,
          time,
          since: time,
        },
      },
    })
    expect(part.report).toEqual(report)
    const one = await part.check('db')
    expect([one.status, Object.keys(one.checks)]).toEqual(['fail', ['db']])
  })

  test('report is what is known, without a call (health/42)', async () => {
    let calls = 0
    const part = health({ logger: false, checks: { a: () => void calls++, b: () => void calls++ } })
    expect([part.report.status, part.report.checks, calls]).toEqual(['pass', {}, 0])
    await part.check('b')
    expect([Object.keys(part.report.checks), calls]).toEqual([['b'], 1])
  })

  test('a check that does not exist is a rejection that names those that do (health/42)', async () => {
    const part = health({ checks: { db: () => {}, cache: () => {} } })
    const error: unknown = await part.check('bd').catch((caught: unknown) => caught)
    expect(isSeaworthyError(error) && error.code).toBe('ERR_HEALTH_UNKNOWN_CHECK')
    expect(String(error)).toContain('db, cache')
  })
})

describe('misuse', () => {
  const plain = (): void => {}
  const name = (text: string): HealthOptions => ({ checks: { [text]: plain } })
  const cases: Record<string, [code: string, make: () => unknown, cure: RegExp]> = {
    'a name with a blank': ['ERR_HEALTH_CHECK_NAME', () => health(name('my db')), /orders-db/],
    'a name with a colon': ['ERR_HEALTH_CHECK_NAME', () => health(name('db:up')), /orders-db/],
    'a name with a slash': ['ERR_HEALTH_CHECK_NAME', () => health(name('a/b')), /orders-db/],
    'an empty name': ['ERR_HEALTH_CHECK_NAME', () => health(name('')), /orders-db/],
    'a call instead of a function': [
      'ERR_HEALTH_CHECK',
      // @ts-expect-error A promise is no check.
      () => health({ checks: { db: Promise.resolve() } }),
      /async \(signal\)/,
    ],
    'an unknown kind': [
      'ERR_HEALTH_CHECK',
      // @ts-expect-error No such kind.
      () => health({ checks: { db: { check: plain, kind: 'major' } } }),
      /critical, degraded/,
    ],
    'a gate on liveness': [
      'ERR_HEALTH_CHECK',
      // @ts-expect-error No such gate.
      () => health({ checks: { db: { check: plain, gates: ['live'] } } }),
      /"ready" or "startup"/,
    ],
    'a timeout of 0': ['ERR_HEALTH_CHECK', () => health({ timeout: 0, checks: { db: plain } }), /more than 0/],
    'a timer beyond what runtimes keep': [
      'ERR_HEALTH_CHECK',
      () => health({ checks: { db: { check: plain, interval: '25d' } } }),
      /24 days/,
    ],
    'staleAfter below the TTL and timeout': [
      'ERR_HEALTH_CHECK',
      () => health({ staleAfter: '1s', checks: { db: plain } }),
      /1800 ms/,
    ],
    'staleAfter below the interval': [
      'ERR_HEALTH_CHECK',
      () => health({ staleAfter: '5s', checks: { db: { check: plain, interval: '5s' } } }),
      /interval and timeout together \(5800 ms\)/,
    ],
    // @ts-expect-error Numbers have no unit.
    'a duration without a unit': ['ERR_DURATION', () => health({ ttl: '5', checks: { db: plain } }), /"5s"/],
    'a path without a slash': ['ERR_HEALTH_OPTION', () => health({ paths: { live: 'livez' } }), /"\/internal\/livez"/],
    'a path with a query': ['ERR_HEALTH_OPTION', () => health({ paths: { live: '/livez?x' } }), /no path/],
    'a path with a wildcard': ['ERR_HEALTH_OPTION', () => health({ paths: { live: '/live/*' } }), /no path/],
    'one path twice': ['ERR_HEALTH_OPTION', () => health({ paths: { live: '/healthz' } }), /its own/],
    'a probe in the place of a check': [
      'ERR_HEALTH_OPTION',
      () => health({ paths: { live: '/healthz/db' }, checks: { db: plain } }),
      /Rename/,
    ],
    // @ts-expect-error No such probe.
    'an unknown probe': ['ERR_HEALTH_OPTION', () => health({ paths: { livez: '/x' } }), /live, ready, startup, health/],
    // @ts-expect-error No such form.
    'an unknown form': ['ERR_HEALTH_OPTION', () => health({ format: 'xml' }), /"clue"/],
    // @ts-expect-error No such word.
    'unknown details': ['ERR_HEALTH_OPTION', () => health({ details: 'sometimes' }), /isLoopback/],
    // @ts-expect-error A function is no life cycle.
    'a life cycle that is none': ['ERR_HEALTH_OPTION', () => health({ lifecycle: () => {} }), /shutdown\(\)/],
    // @ts-expect-error A number is no version.
    'a version that is no text': ['ERR_HEALTH_OPTION', () => health({ version: 2 }), /string/],
    // @ts-expect-error Not a logger.
    'a logger that is none': ['ERR_HEALTH_OPTION', () => health({ logger: {} }), /`warn`/],
    'a relative URL': ['ERR_HEALTH_OPTION', () => httpCheck('/livez'), /http:\/\/orders:8080/],
    'a URL of another protocol': ['ERR_HEALTH_OPTION', () => httpCheck('ftp://x/'), /http/],
    'a URL with credentials': ['ERR_HEALTH_OPTION', () => httpCheck('http://u:S3cr3t@x/'), /headers/],
    // @ts-expect-error Not a client.
    'no PostgreSQL client': ['ERR_HEALTH_OPTION', () => postgresCheck({}), /`query`/],
    // @ts-expect-error Not a client.
    'no PostgreSQL client at all': ['ERR_HEALTH_OPTION', () => postgresCheck(undefined), /`query`/],
    // @ts-expect-error Not a client.
    'no Redis client': ['ERR_HEALTH_OPTION', () => redisCheck('redis://x'), /ioredis/],
    'a port beyond all ports': ['ERR_HEALTH_OPTION', () => tcpCheck({ host: 'x', port: 70_000 }), /65535/],
    'no host': ['ERR_HEALTH_OPTION', () => tcpCheck({ host: '', port: 1 }), /host/],
    'a share above the whole': ['ERR_HEALTH_OPTION', () => memoryCheck({ used: '101%' }), /100%/],
    'a share of nothing': ['ERR_HEALTH_OPTION', () => diskCheck({ path: '/', free: '0%' }), /0%/],
    // @ts-expect-error Not a size.
    'a size without a unit': ['ERR_SIZE', () => memoryCheck({ used: '512' }), /MiB/],
    'no delay at all': ['ERR_HEALTH_OPTION', () => eventLoopCheck({ p99: 0 }), /100ms/],
  }
  for (const [title, [code, make, cure]] of Object.entries(cases)) {
    test(`${title} throws at once and says what to write (health/43)`, () => {
      let thrown: unknown
      try {
        make()
      } catch (error) {
        thrown = error
      }
      expect(isSeaworthyError(thrown) && thrown.code).toBe(code)
      expect(thrown instanceof HealthError).toBe(code.startsWith('ERR_HEALTH'))
      expect(String(thrown)).toMatch(cure)
      expect(String(thrown)).not.toContain('S3cr3t')
    })
  }

  test('options are not changed, and changing them later changes nothing (health/43)', async () => {
    const gates: ('ready' | 'startup')[] = ['ready']
    const options = { logger: false, checks: { db: { check: () => false, gates } } } as const
    const part = health(Object.freeze(options))
    gates.length = 0
    expect((await part.check()).checks['db']?.gates).toEqual(['ready'])
  })
})
