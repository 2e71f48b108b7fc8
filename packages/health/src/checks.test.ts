import { createServer } from 'node:net'
import { currentExchange } from '@seaworthy/middleware'
import { createTestClock } from '@seaworthy/middleware/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import {
  type CheckFunction,
  type CheckStatus,
  health,
  type Health,
  HealthError,
  type HealthOptions,
  tcpCheck,
} from './index.ts'

function quiet(options: HealthOptions): Health {
  return health({ logger: false, ...options })
}

async function statusOf(check: CheckFunction, timeout: HealthOptions['timeout'] = '20ms'): Promise<CheckStatus> {
  const { checks } = await quiet({ timeout, checks: { it: check } }).check()
  return checks['it']?.status ?? expect.unreachable()
}

/** Does nothing, and so keeps the event loop. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

const never = (): Promise<void> => new Promise(() => {})
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('a call', () => {
  test('all checks are asked at once, and one that hangs delays nobody beyond its own timeout (health/13)', async () => {
    const begun: string[] = []
    const slow = (name: string) => async (): Promise<void> => {
      begun.push(name)
      await sleep(60)
    }
    const part = quiet({
      timeout: '2s',
      checks: { a: slow('a'), b: slow('b'), c: slow('c'), hung: { check: never, timeout: '400ms' } },
    })
    const start = performance.now()
    const asked = part.check()
    expect(begun).toEqual(['a', 'b', 'c'])
    const { checks } = await asked
    expect(performance.now() - start).toBeLessThan(900)
    expect(Object.values(checks).map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'fail'])
    expect(checks['a']?.durationMs).toBeLessThan(350)
    expect(checks['hung']?.output).toBe('no answer within 400 ms')
  })

  test('a hanging check does not delay a probe that does not ask it (health/13)', async () => {
    const app = new Hono().use(quiet({ timeout: '5s', checks: { hung: never, fine: () => {} } }))
    void app.request('/healthz')
    const start = performance.now()
    for (const path of ['/livez', '/readyz', '/startupz', '/healthz/fine']) {
      expect((await app.request(path)).status).toBe(200)
    }
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  test('the signal aborts at the timeout, and not before (health/14)', async () => {
    let reason: unknown
    let early: AbortSignal | undefined
    await statusOf((signal) => void (early = signal))
    const status = await statusOf(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
            reject(signal.reason)
          })
        }),
    )
    expect(status).toBe('fail')
    expect(reason instanceof HealthError && reason.code).toBe('ERR_HEALTH_TIMEOUT')
    await sleep(30)
    expect(early?.aborted).toBe(false)
  })

  test('a blocked event loop does not count against an answer that has arrived (health/17)', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const connect = tcpCheck({ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 })
    // Where handlers of requests run, Node looks at its timers before it looks at its sockets.
    await new Promise((resolve) => setImmediate(resolve))
    const blocked = statusOf(connect)
    block(60)
    expect(await blocked).toBe('pass')
    server.close()
    expect(await statusOf(() => sleep(200))).toBe('fail')
  })
})

describe('calls that ignore their signal', () => {
  test('the third is not made while two have not settled, and is made when one has (health/18)', async () => {
    let calls = 0
    const pending: (() => void)[] = []
    let hang = true
    const part = quiet({
      ttl: 0,
      timeout: '10ms',
      checks: {
        db: () => {
          calls++
          return hang ? new Promise<void>((resolve) => pending.push(resolve)) : undefined
        },
      },
    })
    for (let i = 0; i < 5; i++) expect((await part.check()).status).toBe('fail')
    expect(calls).toBe(2)
    expect(part.report.checks['db']?.output).toContain('not asked')
    hang = false
    pending[0]?.()
    await sleep(1)
    expect((await part.check()).status).toBe('pass')
    expect(calls).toBe(3)
  })

  test('one that has not settled 20 minutes later counts as lost (health/18)', async () => {
    const clock = createTestClock()
    let calls = 0
    const part = quiet({
      clock,
      ttl: 0,
      timeout: '10ms',
      checks: { db: () => (calls++ < 2 ? never() : undefined) },
    })
    for (let i = 0; i < 3; i++) await part.check()
    clock.advance('19m59s')
    expect((await part.check()).status).toBe('fail')
    clock.advance('2s')
    expect((await part.check()).status).toBe('pass')
    expect(calls).toBe(3)
  })

  test('calls that heed their signal are always made again (health/18)', async () => {
    let calls = 0
    const part = quiet({
      ttl: 0,
      timeout: '5ms',
      checks: {
        db: (signal) => {
          calls++
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
      },
    })
    for (let i = 0; i < 5; i++) await part.check()
    expect(calls).toBe(5)
  })
})

describe('sharing', () => {
  test('50 concurrent probes, of every kind, are one call (health/19)', async () => {
    let calls = 0
    const check = async (): Promise<void> => {
      calls++
      await sleep(20)
    }
    const part = quiet({ ttl: 0, checks: { db: { check, gates: ['ready', 'startup'] } } })
    const app = new Hono().use(part)
    const paths = ['/healthz', '/readyz', '/startupz', '/healthz/db']
    const probes = Array.from({ length: 49 }, (_, n) => app.request(paths[n % 4] ?? '/healthz'))
    const answers = await Promise.all([...probes, part.check().then(() => new Response())])
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200))
    expect(calls).toBe(1)
    await app.request('/healthz')
    expect(calls).toBe(2)
  })

  test('a result is used again until the TTL is over, a failure like a success (health/19)', async () => {
    const clock = createTestClock()
    let calls = 0
    const part = quiet({ clock, checks: { db: () => calls++ % 2 === 0 } })
    expect((await part.check()).status).toBe('pass')
    clock.advance('999ms')
    expect((await part.check('db')).status).toBe('pass')
    expect(calls).toBe(1)
    clock.advance('1ms')
    expect((await part.check()).status).toBe('fail')
    clock.advance('999ms')
    expect((await part.check()).status).toBe('fail')
    expect(calls).toBe(2)
    clock.advance('1ms')
    expect((await part.check()).status).toBe('pass')
  })

  test('with every result fresh a probe is answered at once, without a promise (health/19)', async () => {
    const part = quiet({ checks: { db: () => {} } })
    await part.check()
    const answer = part(new Request('http://localhost/healthz'), () => new Response())
    expect(answer instanceof Promise).toBe(false)
  })

  test('a check runs outside of the request that caused it (health/22)', async () => {
    const seen: unknown[] = []
    const part = quiet({
      ttl: 0,
      checks: {
        db: async () => {
          seen.push(currentExchange())
          await sleep(1)
          seen.push(currentExchange())
        },
        cache: { check: () => void seen.push(currentExchange()), interval: '5ms' },
      },
    })
    let inside: unknown
    const app = new Hono().use(part).get('/', (c) => {
      inside = currentExchange()
      return c.text('')
    })
    await app.request('/')
    expect(inside).toBeDefined()
    await app.request('/healthz')
    await eventually(() => seen.length > 5, 'the interval')
    part.close()
    expect(new Set(seen)).toEqual(new Set([undefined]))
  })
})

describe('intervals', () => {
  test('nothing is called before somebody asks; then in the background, and probes only read (health/20)', async () => {
    let calls = 0
    let release = (): void => {}
    const part = quiet({
      timeout: '5s',
      checks: {
        db: {
          interval: '5ms',
          check: () => (calls++ === 3 ? new Promise<void>((resolve) => (release = resolve)) : undefined),
        },
      },
    })
    await sleep(20)
    expect(calls).toBe(0)
    expect((await part.check()).status).toBe('pass')
    await eventually(() => calls === 4, 'calls in the background')
    const start = performance.now()
    expect((await part.check()).status).toBe('pass')
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(calls).toBe(4)
    release()
    await eventually(() => calls > 5, 'calls after a slow one')
    part.close()
  })

  test('a listener for changes begins them, close() ends them (health/20)', async () => {
    let calls = 0
    const part = quiet({ ttl: '10ms', checks: { db: { check: () => void calls++, interval: '5ms' } } })
    part.on('change', () => {})
    await eventually(() => calls > 2, 'calls in the background')
    part.close()
    await sleep(10)
    const ended = calls
    await sleep(30)
    expect(calls).toBe(ended)
    expect((await part.check()).status).toBe('pass')
    expect(calls).toBe(ended + 1)
  })

  test('many probes during the first call wait for it together (health/20)', async () => {
    let calls = 0
    const check = async (): Promise<void> => {
      calls++
      await sleep(20)
    }
    const part = quiet({ checks: { db: { check, interval: '10s' } } })
    const reports = await Promise.all(Array.from({ length: 20 }, () => part.check()))
    expect(reports.every(({ status }) => status === 'pass')).toBe(true)
    expect(calls).toBe(1)
    part.close()
  })

  test('a result older than staleAfter counts as failed (health/21)', async () => {
    const clock = createTestClock()
    const part = quiet({ clock, staleAfter: '30s', checks: { db: { check: () => {}, interval: '10s' } } })
    expect((await part.check()).status).toBe('pass')
    clock.advance('30s')
    expect((await part.check()).status).toBe('pass')
    clock.advance('1s')
    const report = await part.check()
    expect([report.status, report.checks['db']?.output]).toEqual(['fail', 'the last result is 31 s old'])
    expect(part.report.status).toBe('fail')
    part.close()
  })

  test('by default that is three intervals and a timeout, and never for a check on demand (health/21)', async () => {
    const clock = createTestClock()
    const timed = { check: () => {}, interval: '10s', timeout: '2s' } as const
    const part = quiet({ clock, checks: { timed, plain: () => {} } })
    await part.check()
    clock.advance('32s')
    expect(part.report.checks['timed']?.status).toBe('pass')
    clock.advance('1s')
    expect(part.report.checks['timed']?.status).toBe('fail')
    expect(part.report.checks['plain']?.status).toBe('pass')
    part.close()
  })

  test('with staleAfter, what is known of a check on demand grows old as well (health/21)', async () => {
    const clock = createTestClock()
    const part = quiet({ clock, staleAfter: '5s', checks: { db: () => {} } })
    await part.check()
    clock.advance('6s')
    expect(part.report.status).toBe('fail')
    expect((await part.check()).status).toBe('pass')
  })
})
