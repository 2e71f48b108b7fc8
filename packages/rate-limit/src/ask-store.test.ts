import { createTestClock } from '@seaworthy/middleware/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryStore, rateLimit, type RateLimiter, type RateLimitLogger, type RemoteStore } from './index.ts'

const policies = [{ name: 'p', limit: 10, window: '1h' }] as const

type Answer = ReturnType<RemoteStore['take']>

/** A store that answers as a test says. */
function storeOf(answer: (working: () => Answer) => Answer, timeout = 40): RemoteStore {
  const memory = memoryStore({ clock: createTestClock(1_700_000_000_000) })
  return { timeout, take: (...asked) => answer(async () => memory.take(...asked)) }
}

function limit(store: RemoteStore, logger: RateLimitLogger | false = false): RateLimiter {
  return rateLimit({ name: 'it', by: 'address', policies, store, onStoreError: 'allow', logger })
}

const never = (): Answer => new Promise(() => {})

describe('a store that does not answer', () => {
  test('is asked once a second at most, and nobody else waits (rate-limit/30)', async () => {
    let asked = 0
    const limiter = limit(
      storeOf(() => {
        asked++
        return never()
      }),
    )
    await Promise.all(Array.from({ length: 20 }, () => limiter.consume('k')))
    expect(asked).toBe(20)
    const start = performance.now()
    for (let i = 0; i < 1_000; i++) expect(await limiter.consume('k')).toMatchObject({ unavailable: true })
    expect(performance.now() - start).toBeLessThan(800)
    expect(asked).toBe(20)
    while (asked < 22) await limiter.consume('k')
    const elapsed = performance.now() - start
    expect(elapsed).toBeGreaterThan(1_500)
    expect(elapsed).toBeLessThan(5_000)
  })

  test('is trusted again as soon as any call has settled, although others never do (rate-limit/30)', async () => {
    const late: (() => void)[] = []
    let works = false
    const limiter = limit(
      storeOf((working) => (works ? working() : new Promise((resolve) => late.push(() => resolve(working()))))),
    )
    await Promise.all([limiter.consume('k'), limiter.consume('k')])
    works = true
    expect(await limiter.consume('k')).toMatchObject({ unavailable: true })
    late[0]?.()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(await limiter.consume('k')).toMatchObject({ unavailable: false, policies: [{ remaining: 8 }] })
  })

  test('and fails long after it, disturbs nobody (rate-limit/30)', async () => {
    const rejections: unknown[] = []
    const note = (reason: unknown): void => void rejections.push(reason)
    process.on('unhandledRejection', note)
    let fail = (): void => {}
    const limiter = limit(storeOf(() => new Promise((_, reject) => (fail = () => reject(new Error('late'))))))
    await limiter.consume('k')
    fail()
    await new Promise((resolve) => setTimeout(resolve, 10))
    process.off('unhandledRejection', note)
    expect(rejections).toEqual([])
  })
})

describe('a store that fails', () => {
  test('is an outage, whatever it throws or gives (rate-limit/28)', async () => {
    const failures: Record<string, () => unknown> = {
      'throws at once': () => {
        throw new Error('no')
      },
      'rejects with nothing': () => Promise.reject(),
      'gives nothing': () => undefined,
      'gives something else': () => ({ allowed: true }),
    }
    for (const [what, answer] of Object.entries(failures)) {
      const decision = await limit(storeOf(answer as never)).consume('k')
      expect([what, decision.allowed, decision.unavailable]).toEqual([what, true, true])
    }
  })
})

describe('the warning', () => {
  const stderr = vi.spyOn(console, 'error')
  beforeEach(() => stderr.mockImplementation(() => {}))
  afterEach(() => stderr.mockClear())

  const failing = (error: unknown): RemoteStore =>
    storeOf(async () => {
      throw error
    })

  test('is one, for an outage and for a store that comes and goes (rate-limit/31)', async () => {
    const warn = vi.fn()
    let turn = 0
    const limiter = limit(
      storeOf((working) => (turn++ % 2 === 0 ? Promise.reject(new Error('no')) : working())),
      { warn },
    )
    for (let i = 0; i < 50; i++) await limiter.consume('k')
    expect(warn).toHaveBeenCalledTimes(1)
  })

  test('does not come again while an outage lasts, and does with the next one (rate-limit/31)', async () => {
    const warn = vi.fn()
    let works = false
    const limiter = limit(
      storeOf(async (working) => {
        if (works) return working()
        throw new Error('no')
      }),
      { warn },
    )
    const own = performance.now
    try {
      await limiter.consume('k')
      performance.now = () => own.call(performance) + 3_600_000
      await limiter.consume('k')
      expect(warn).toHaveBeenCalledTimes(1)
      works = true
      await limiter.consume('k')
      works = false
      await limiter.consume('k')
      expect(warn).toHaveBeenCalledTimes(2)
    } finally {
      performance.now = own
    }
  })

  test('goes to standard error by default, as one line, and nowhere when told so (rate-limit/31)', async () => {
    await limit(failing(new Error('no')), false).consume('k')
    expect(stderr).toHaveBeenCalledTimes(0)
    const store = failing(new Error('no'))
    await rateLimit({ name: 'it', by: 'address', policies, store, onStoreError: 'allow' }).consume('k')
    expect(stderr.mock.calls).toEqual([
      ['the store of rate limit it fails (Error): until it answers, requests pass uncounted'],
    ])
  })

  test('names what failed, and never shows what the error says (rate-limit/31)', async () => {
    const secret = 'hunter2'
    const errors: Record<string, unknown> = {
      NOAUTH: new Error(`NOAUTH Authentication required for ${secret}`),
      ECONNREFUSED: Object.assign(new Error(`connect redis://:${secret}@db`), { code: 'ECONNREFUSED' }),
      TypeError: new TypeError(`bad ${secret}`),
      error: secret,
      Error: Object.assign(new Error(`x ${secret}`), { code: `lower ${secret}` }),
    }
    for (const [kind, error] of Object.entries(errors)) {
      const warn = vi.fn()
      await limit(failing(error), { warn }).consume('k')
      expect(warn.mock.calls[0]?.[1]).toEqual({ 'seaworthy.rate_limit.name': 'it', 'error.type': kind })
      expect(JSON.stringify(warn.mock.calls)).not.toContain(secret)
    }
  })

  test('may throw without harm (rate-limit/31)', async () => {
    const warn = (): never => {
      throw new Error('the logger is broken')
    }
    expect(await limit(failing(new Error('no')), { warn }).consume('k')).toMatchObject({ allowed: true })
  })
})
