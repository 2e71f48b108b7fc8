import { exchange, handler, middleware, stack } from '@seaworthy/middleware'
import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { Hono } from 'hono'
import { methodOverride } from 'hono/method-override'
import { beforeEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { memoryStore, rateLimit, type RateLimiter, type RateLimitOptions } from './index.ts'

let clock: TestClock

beforeEach(() => {
  clock = createTestClock(1_700_000_000_000)
})

/** A limit of 2 in a minute by the header `key`, unless told otherwise. */
function limit(options: Partial<RateLimitOptions> = {}): RateLimiter {
  return rateLimit({
    name: 'it',
    by: (x) => x.header('key') ?? 'nobody',
    policies: [{ name: 'per-key', limit: 2, window: '1m' }],
    store: memoryStore({ clock }),
    ...options,
  } as RateLimitOptions)
}

type Ask = (init?: RequestInit & { path?: string }) => Promise<Response>

const doors: Record<string, (limiter: RateLimiter) => Ask> = {
  'app.request()': (limiter) => {
    const app = new Hono().use(limiter).get('/', (c) => c.text('hello'))
    return async ({ path = '/', ...init } = {}) => app.request(path, init)
  },
  'a route': (limiter) => {
    const app = new Hono().get('/', limiter, (c) => c.text('hello'))
    return async ({ path = '/', ...init } = {}) => app.request(path, init)
  },
  'a sub-application': (limiter) => {
    const inner = new Hono().use(limiter).get('/', (c) => c.text('hello'))
    const app = new Hono().route('/', inner)
    return async ({ path = '/', ...init } = {}) => app.request(path, init)
  },
  'handler()': (limiter) => {
    const fetch = handler(limiter, () => new Response('hello'))
    return async ({ path = '/', ...init } = {}) => fetch(new Request(`http://localhost${path}`, init))
  },
  'stack()': (limiter) => {
    const fetch = handler(stack(middleware({}), limiter), () => new Response('hello'))
    return async ({ path = '/', ...init } = {}) => fetch(new Request(`http://localhost${path}`, init))
  },
}

async function statuses(ask: Ask, times: number, init?: RequestInit): Promise<number[]> {
  const seen: number[] = []
  for (let i = 0; i < times; i++) seen.push((await ask(init)).status)
  return seen
}

for (const [door, open] of Object.entries(doors)) {
  describe(`through ${door}`, () => {
    test('the quota can be used at once, and comes back evenly (rate-limit/1)', async () => {
      const ask = open(limit())
      expect(await statuses(ask, 4)).toEqual([200, 200, 429, 429])
      clock.advance('30s')
      expect(await statuses(ask, 2)).toEqual([200, 429])
      clock.advance('1h')
      expect(await statuses(ask, 3)).toEqual([200, 200, 429])
    })

    test('a refusal is a problem that names the policy and the wait (rate-limit/15) (rate-limit/16)', async () => {
      const ask = open(limit())
      await statuses(ask, 2)
      clock.advance('12.5s')
      const response = await ask()
      expect(response.status).toBe(429)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(response.headers.get('retry-after')).toBe('18')
      expect(response.headers.get('ratelimit')).toBe('"per-key";r=0;t=18')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        title: 'Quota exceeded',
        status: 429,
        code: 'limited',
        detail: 'The request can succeed in 18 s.',
        'violated-policies': ['per-key'],
      })
    })

    test('every response says where the client stands (rate-limit/17)', async () => {
      const ask = open(limit({ policies: [{ name: 'per-key', limit: 100, window: '1m' }] }))
      const first = await ask()
      expect(first.headers.get('ratelimit-policy')).toBe('"per-key";q=100;w=60')
      expect(first.headers.get('ratelimit')).toBe('"per-key";r=99;t=60')
      await statuses(ask, 57)
      const later = await ask()
      expect(later.headers.get('ratelimit')).toBe('"per-key";r=41;t=25')
      expect(later.headers.get('retry-after')).toBe(null)
    })

    test('a function that gives no key leaves the request alone (rate-limit/10)', async () => {
      const ask = open(limit({ by: (x) => x.header('key') }))
      expect(await statuses(ask, 5)).toEqual([200, 200, 200, 200, 200])
      expect((await ask()).headers.get('ratelimit-policy')).toBe(null)
      expect(await statuses(ask, 3, { headers: { key: 'a' } })).toEqual([200, 200, 429])
      expect(await statuses(ask, 3, { headers: { key: 'b' } })).toEqual([200, 200, 429])
    })
  })
}

describe('counting', () => {
  test('of 200 requests at once exactly 100 are allowed at a limit of 100 (rate-limit/4)', async () => {
    const app = new Hono()
    app.use(rateLimit({ name: 'it', by: () => 'all', policies: [{ name: 'hourly', limit: 100, window: '1h' }] }))
    app.get('/', async (c) => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return c.text('hello')
    })
    await using server = await serve(app.fetch)
    const responses = await Promise.all(Array.from({ length: 200 }, () => fetch(server.url)))
    const seen = responses.map(({ status }) => status)
    expect(seen.filter((status) => status === 200)).toHaveLength(100)
    expect(seen.filter((status) => status === 429)).toHaveLength(100)
  })

  test('burst is what can be used at once, below the limit and above it (rate-limit/3)', async () => {
    const smooth = limit({ policies: [{ name: 'p', limit: 60, window: '1m', burst: 3 }] })
    const bursty = limit({ policies: [{ name: 'p', limit: 1, window: '1m', burst: 3 }] })
    for (const limiter of [smooth, bursty]) {
      const allowed = Array.from({ length: 5 }, () => limiter.consume('k')).map(
        (each) => 'allowed' in each && each.allowed,
      )
      expect(allowed).toEqual([true, true, true, false, false])
    }
    clock.advance('1s')
    expect([smooth.consume('k'), bursty.consume('k')]).toMatchObject([{ allowed: true }, { allowed: false }])
    clock.advance('59s')
    expect(bursty.consume('k')).toMatchObject({ allowed: true })
  })

  test('several policies are taken together or not at all (rate-limit/5)', async () => {
    const policies = [
      { name: 'second', limit: 2, window: '1s' },
      { name: 'minute', limit: 3, window: '1m' },
    ] as const
    const limiter = limit({ policies })
    const ask = doors['app.request()']?.(limiter) ?? expect.unreachable()
    expect(await statuses(ask, 5)).toEqual([200, 200, 429, 429, 429])
    clock.advance('1s')
    const third = await ask()
    expect([third.status, third.headers.get('ratelimit')]).toEqual([200, '"second";r=1;t=1, "minute";r=0;t=19'])
    const fourth = await ask()
    expect(fourth.status).toBe(429)
    expect(await fourth.json()).toMatchObject({ 'violated-policies': ['minute'] })
    expect(fourth.headers.get('ratelimit-policy')).toBe('"second";q=2;w=1, "minute";q=3;w=60')
    expect(fourth.headers.get('retry-after')).toBe('19')
  })

  test('refusals and a cost of 0 take nothing (rate-limit/6)', async () => {
    const limiter = limit()
    expect(limiter.consume('k', 0)).toMatchObject({ allowed: true, policies: [{ remaining: 2 }] })
    limiter.consume('k', 2)
    for (let i = 0; i < 100; i++) expect(limiter.consume('k')).toMatchObject({ allowed: false, retryAfter: 30 })
    expect(limiter.consume('k', 0)).toMatchObject({ allowed: false, retryAfter: 30, policies: [{ remaining: 0 }] })
    clock.advance('30s')
    expect(limiter.consume('k', 0)).toMatchObject({ allowed: true, retryAfter: 0, policies: [{ remaining: 1 }] })
  })

  test('a request costs what the option says, and one that costs too much is told no time (rate-limit/7)', async () => {
    const limiter = limit({
      policies: [{ name: 'p', limit: 10, window: '10s' }],
      cost: (x) => Number(x.header('cost')),
    })
    const ask = doors['handler()']?.(limiter) ?? expect.unreachable()
    expect((await ask({ headers: { cost: '7' } })).headers.get('ratelimit')).toBe('"p";r=3;t=3')
    expect((await ask({ headers: { cost: '5' } })).headers.get('retry-after')).toBe('2')
    const never = await ask({ headers: { cost: '11' } })
    expect([never.status, never.headers.get('retry-after')]).toEqual([429, null])
    expect(await never.json()).toMatchObject({ detail: 'The request costs more than can be used at once.' })
    expect((await ask({ headers: { cost: '3' } })).headers.get('ratelimit')).toBe('"p";r=0;t=1')
  })

  test('a cost that is no whole number is an error and takes nothing (rate-limit/7)', async () => {
    const limiter = limit()
    for (const cost of [-1, 0.5, Number.NaN, Infinity, 2 ** 53, '1']) {
      expect(() => limiter.consume('k', cost as number)).toThrow(
        expect.objectContaining({ code: 'ERR_RATE_LIMIT_COST' }),
      )
    }
    expect(limiter.consume('k', 0)).toMatchObject({ policies: [{ remaining: 2 }] })
  })

  test('a limiter is asked by key, together with the requests of that key (rate-limit/14)', async () => {
    const limiter = limit()
    const ask = doors['app.request()']?.(limiter) ?? expect.unreachable()
    await ask({ headers: { key: 'k' } })
    expect(limiter.consume('k')).toEqual({
      allowed: true,
      retryAfter: 0,
      unavailable: false,
      now: 1_700_000_000_000,
      policies: [{ name: 'per-key', violated: false, remaining: 0, effectiveWindow: 30 }],
    })
    expect((await ask({ headers: { key: 'k' } })).status).toBe(429)
    expect(limiter.consume('other')).toMatchObject({ allowed: true })
  })

  test('limiters count apart, also in one store, unless they have one name (rate-limit/13)', async () => {
    const store = memoryStore({ clock })
    const [a, b, sameAsA] = [limit({ name: 'a', store }), limit({ name: 'b', store }), limit({ name: 'a', store })]
    a.consume('k', 2)
    expect(b.consume('k', 2)).toMatchObject({ allowed: true })
    expect(sameAsA.consume('k')).toMatchObject({ allowed: false })
    const wider = limit({ name: 'a', store, policies: [{ name: 'other', limit: 5, window: '1m' }] })
    expect(wider.consume('k')).toMatchObject({ allowed: true, policies: [{ remaining: 4 }] })
    expect(a.consume('k')).toMatchObject({ allowed: false })
    expect(wider.consume('k')).toMatchObject({ allowed: true, policies: [{ remaining: 3 }] })
  })
})

describe('one request', () => {
  test('is counted once, however often the limiter is mounted on its way (rate-limit/11)', async () => {
    const limiter = limit({ policies: [{ name: 'p', limit: 10, window: '1m' }] })
    const inner = new Hono().use(limiter).get('/x', limiter, (c) => c.text('hello'))
    const mounted = new Hono().use(limiter).get('/x', (c) => c.text('mounted'))
    const app = new Hono().use(limiter).use('/a/*', limiter, limiter).route('/a', inner).mount('/m', mounted.fetch)
    for (const path of ['/a/x', '/m/x']) {
      const before = limiter.consume('nobody', 0)
      const response = await app.request(path)
      const after = limiter.consume('nobody', 0)
      expect(response.status).toBe(200)
      expect([before, after].map((each) => ('policies' in each ? each.policies[0]?.remaining : 0))).toEqual(
        path === '/a/x' ? [10, 9] : [9, 8],
      )
    }
    expect((await app.request('/a/x')).headers.get('ratelimit')).toBe('"p";r=7;t=42')
  })

  test('is counted by each limiter that it meets (rate-limit/11) (rate-limit/19)', async () => {
    const a = limit({ name: 'a', policies: [{ name: 'a', limit: 10, window: '1m' }] })
    const b = limit({ name: 'b', policies: [{ name: 'b', limit: 20, window: '1m' }] })
    const response = await new Hono()
      .use(a)
      .get('/', b, (c) => c.text('hello'))
      .request('/')
    expect(response.headers.get('ratelimit-policy')).toBe('"a";q=10;w=60, "b";q=20;w=60')
    expect(response.headers.get('ratelimit')).toBe('"a";r=9;t=54, "b";r=19;t=57')
  })

  test('is counted where its key is known first (rate-limit/11)', async () => {
    const limiter = limit({ by: (x) => x.caller?.id })
    const guard = middleware({ before: (x) => void (x.caller = { id: 'c', scheme: 'test' }) })
    const app = new Hono().use(limiter, guard, limiter).get('/', (c) => c.text('hello'))
    expect(await statuses(async () => app.request('/'), 3)).toEqual([200, 200, 429])
  })

  test('is counted once where the method override comes first (rate-limit/11)', async () => {
    const limiter = limit({ policies: [{ name: 'p', limit: 10, window: '1m' }] })
    const app = new Hono()
    app.use(methodOverride({ app, header: 'x-method' }))
    app.use(limiter)
    app.delete('/x', (c) => c.text('deleted'))
    await using server = await serve(app.fetch)
    const response = await fetch(`${server.url}/x`, { method: 'POST', headers: { 'x-method': 'DELETE' } })
    expect([await response.text(), response.headers.get('ratelimit')]).toEqual(['deleted', '"p";r=9;t=54'])
  })

  test('that follows another on the same connection is counted anew (rate-limit/11)', async () => {
    const app = new Hono().use(limit()).get('/', (c) => c.text('hello'))
    await using server = await serve(app.fetch)
    const ask = async (): Promise<Response> => fetch(server.url, { keepalive: true })
    expect(await statuses(ask, 3)).toEqual([200, 200, 429])
  })
})

test('a refused request never reaches the handler (rate-limit/15)', async () => {
  let calls = 0
  const app = new Hono().use(limit()).get('/', (c) => {
    calls++
    return c.json(exchange(c).path)
  })
  await statuses(async () => app.request('/'), 5)
  expect(calls).toBe(2)
})
