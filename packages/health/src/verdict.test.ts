import { describe, expect, test } from 'vitest'
import { type CheckFunction, type CheckStatus, health, type Health, type HealthOptions } from './index.ts'

function quiet(options: HealthOptions): Health {
  return health({ logger: false, timeout: '20ms', ...options })
}

async function statusOf(check: CheckFunction): Promise<CheckStatus> {
  const { checks } = await quiet({ checks: { it: check } }).check()
  return checks['it']?.status ?? expect.unreachable()
}

async function outputOf(check: CheckFunction): Promise<string | undefined> {
  return (await quiet({ checks: { it: check } }).check('it')).checks['it']?.output
}

const never = (): Promise<void> => new Promise(() => {})
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('what counts', () => {
  const passing: Record<string, CheckFunction> = {
    undefined: () => undefined,
    null: () => null,
    zero: () => 0,
    true: () => true,
    PONG: async () => 'PONG',
    rows: async () => ({ rows: [] }),
    'a good Response': async () => new Response('ok'),
    'an object with another status': () => ({ status: 'ready' }),
    'a status': () => 'pass',
    'a measurement': () => ({ status: 'pass', observedValue: 3 }),
  }
  const failing: Record<string, CheckFunction> = {
    false: () => false,
    'a promise of false': async () => false,
    'an Error': async () => new Error('returned'),
    'a bad Response': async () => new Response('no', { status: 503 }),
    'a status': () => 'fail',
    'a measurement': () => ({ status: 'fail', output: 'full' }),
    throwing: () => {
      throw new Error('thrown')
    },
    rejecting: () => Promise.reject(new Error('rejected')),
  }
  for (const [name, check] of Object.entries(passing)) {
    test(`${name} passes (health/16)`, async () => expect(await statusOf(check)).toBe('pass'))
  }
  for (const [name, check] of Object.entries(failing)) {
    test(`${name} fails (health/16)`, async () => expect(await statusOf(check)).toBe('fail'))
  }

  test('warn warns (health/16)', async () => {
    expect(await statusOf(() => 'warn')).toBe('warn')
    expect(await statusOf(() => ({ status: 'warn', output: 'nearly full' }))).toBe('warn')
  })

  test('what was measured is shown, else how long the call took (health/16)', async () => {
    const part = quiet({
      checks: { queue: () => ({ status: 'warn', observedValue: 7, observedUnit: 'jobs' }), db: () => {} },
    })
    const { checks } = await part.check()
    expect(checks['queue']).toMatchObject({ observedValue: 7, observedUnit: 'jobs' })
    expect(checks['db']?.observedUnit).toBe('ms')
    expect(checks['db']?.observedValue).toBe(checks['db']?.durationMs)
  })
})

describe('hostile checks', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  const hostile: Record<string, CheckFunction> = {
    'throws undefined': () => {
      throw undefined
    },
    'throws a string': () => {
      throw 'text'
    },
    'throws a symbol': () => {
      throw Symbol('secret')
    },
    'throws an object without a prototype': () => {
      throw Object.create(null)
    },
    'throws a circle': () => {
      throw circle
    },
    'throws an error whose members throw': () => {
      throw Object.defineProperty({}, 'message', {
        get() {
          throw new Error('trap')
        },
      })
    },
    'throws a proxy that refuses everything': () => {
      const refuse = (): never => {
        throw new Error('trap')
      }
      throw new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse })
    },
    'returns an object whose members throw': () => ({
      get status() {
        throw new Error('trap')
      },
    }),
    'rejects with null': () => Promise.reject(null),
    'never settles': never,
    'settles twice': () => ({
      // oxlint-disable-next-line unicorn/no-thenable
      then(resolve: () => void, reject: (error: unknown) => void) {
        reject(new Error('first'))
        resolve()
        reject(new Error('third'))
      },
    }),
    'settles and then throws': () => ({
      // oxlint-disable-next-line unicorn/no-thenable
      then(_resolve: () => void, reject: (error: unknown) => void) {
        reject(new Error('first'))
        throw new Error('second')
      },
    }),
    'has a then that throws': () => ({
      // oxlint-disable-next-line unicorn/no-thenable
      get then() {
        throw new Error('trap')
      },
    }),
    'rejects long after its timeout': (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => setTimeout(reject, 10, new Error('late')))),
  }
  for (const [name, check] of Object.entries(hostile)) {
    test(`${name}: a failure, not a crash (health/15)`, async () => {
      const rejections: unknown[] = []
      const onRejection = (error: unknown): void => void rejections.push(error)
      process.on('unhandledRejection', onRejection)
      try {
        const part = quiet({ checks: { it: check, other: () => {} } })
        const { status, checks } = await part.check()
        expect([status, checks['it']?.status, checks['other']?.status]).toEqual(['fail', 'fail', 'pass'])
        expect(checks['it']?.output).toMatch(/./)
        await sleep(20)
        expect(rejections).toEqual([])
      } finally {
        process.off('unhandledRejection', onRejection)
      }
    })
  }

  test('an error is told with its causes, in one line of at most 500 characters (health/29)', async () => {
    const inner = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
    expect(await outputOf(() => Promise.reject(new TypeError('fetch failed', { cause: inner })))).toBe(
      'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
    )
    expect(await outputOf(() => Promise.reject(new AggregateError([inner, inner])))).toContain('ECONNREFUSED 127.0.0.1')
    expect(await outputOf(() => Promise.reject('plain text'))).toBe('it threw plain text')
    expect(await outputOf(() => Promise.reject(new Error('a\r\nb\u2028c\u0000d\u001b[31m')))).toBe('a b c d [31m')
    const long = (await outputOf(() => Promise.reject(new Error('x y'.repeat(10_000))))) ?? ''
    expect(long.length).toBeLessThanOrEqual(500)
    expect(long).toMatch(/^x yx y.*…$/)
    const endless = new Error('again')
    endless.cause = endless
    expect(await outputOf(() => Promise.reject(endless))).toContain('again')
  })
})
