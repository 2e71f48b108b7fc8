import { middleware, type Limiter } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import {
  authenticator,
  challenge,
  createPrincipal,
  denial,
  headerCredentials,
  security,
  type Authenticator,
  type Principal,
  type Verdict,
} from './index.ts'
import { ask, prize, token } from './schemes.test-kit.ts'

/** A limiter that allows a number of failures for each key. */
function limiter(limit: number): Limiter & { readonly asked: [string, number][] } {
  const used = new Map<string, number>()
  const asked: [string, number][] = []
  return {
    asked,
    consume(key, cost = 1) {
      asked.push([key, cost])
      const left = limit - (used.get(key) ?? 0)
      if (cost === 0 ? left <= 0 : left < cost) return { allowed: false, retryAfter: 9.2 }
      used.set(key, (used.get(key) ?? 0) + cost)
      return { allowed: true, retryAfter: 0 }
    },
  }
}

/** Lets a test choose the address of the client. */
const from = (address: string | undefined): { readonly requestIP: () => { address: string; port: number } | null } => ({
  requestIP: () => (address === undefined ? null : { address, port: 1 }),
})

type Slow = Principal<'slow', null>

/** Verifications that end when the test says so. */
function slow(guess?: (subject: string) => string): {
  readonly guard: Authenticator<Slow>
  readonly waiting: (() => void)[]
} {
  const waiting: (() => void)[] = []
  const guard = authenticator({
    name: 'slow',
    extract: (x) => headerCredentials(x, 'x-slow'),
    authenticate: (subject: string) =>
      new Promise<Verdict<Slow>>((resolve) => {
        const principal = createPrincipal({ scheme: 'slow', subject, claims: null })
        waiting.push(() => resolve(subject === 'bad' ? { denied: denial('invalid', '') } : { principal }))
      }),
    ...(guess && { guess }),
    challenge: () => challenge('Slow'),
    openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-slow' }),
  })
  return { guard, waiting }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(condition()).toBe(true)
}

describe('failures', () => {
  const build = (failures: Limiter) => {
    const auth = token()
    const policy = security({ default: auth, failures })
    const app = new Hono().use(policy).get('/', policy.method(auth.scopes('read')), (c) => c.text(prize))
    const as = async (credentials: string | undefined, address: string | undefined = '192.0.2.1'): Promise<Response> =>
      app.request(
        'https://shop.example/',
        { headers: credentials === undefined ? {} : { authorization: `Token ${credentials}` } },
        from(address),
      )
    return { as, auth }
  }

  test('are asked for before a verification, and charged after one that failed (security/32)', async () => {
    const failures = limiter(2)
    const { as, auth } = build(failures)
    expect((await as('ann:read')).status).toBe(200)
    expect(failures.asked).toEqual([['192.0.2.1', 0]])
    expect((await as('bad')).status).toBe(401)
    expect(failures.asked.slice(1)).toEqual([
      ['192.0.2.1', 0],
      ['192.0.2.1', 1],
    ])
    expect((await as('bad')).status).toBe(401)
    const limited = await as('ann:read')
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('10')
    expect(auth.calls).toEqual(['ann:read', 'bad', 'bad'])
    expect((await as('ann:read', '192.0.2.2')).status).toBe(200)
  })

  test('are not a missing credential, a missing scope, or a dependency that is down (security/33)', async () => {
    const failures = limiter(1)
    const { as } = build(failures)
    for (const credentials of [undefined, 'ann', 'down', undefined, 'ann', 'down']) await as(credentials)
    expect(failures.asked.filter(([, cost]) => cost > 0)).toEqual([])
    expect((await as('ann:read')).status).toBe(200)
  })

  test('are counted by network for IPv6, and as IPv4 for mapped addresses (security/34)', async () => {
    const failures = limiter(1)
    const { as } = build(failures)
    await as('bad', '2001:db8:1:2::1')
    expect((await as('ann:read', '2001:db8:1:2:ffff::2')).status).toBe(429)
    expect((await as('ann:read', '2001:db8:1:3::1')).status).toBe(200)
    await as('bad', '::ffff:192.0.2.9')
    expect((await as('ann:read', '192.0.2.9')).status).toBe(429)
  })

  test('cannot be dodged with forwarding headers (security/34)', async () => {
    const failures = limiter(1)
    const auth = token()
    const app = new Hono().use(security({ default: auth, failures })).get('/', (c) => c.text(prize))
    for (let i = 0; i < 3; i++) {
      const headers = { authorization: 'Token bad', 'x-forwarded-for': `203.0.113.${i}` }
      await app.request('https://shop.example/', { headers }, from('192.0.2.1'))
    }
    expect(auth.calls).toEqual(['bad'])
  })

  test('are not asked for what the scheme remembers (security/35)', async () => {
    const failures = limiter(1)
    const remembering = authenticator({
      name: 'remembering',
      extract: (x) => headerCredentials(x, 'x-key'),
      recall: (subject: string) =>
        subject === 'known'
          ? { principal: createPrincipal({ scheme: 'remembering', subject, claims: null }) }
          : undefined,
      authenticate: () => ({ denied: denial('invalid', '') }),
      challenge: () => challenge('X'),
      openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-key' }),
    })
    const app = new Hono().use(security({ default: remembering, failures })).get('/', (c) => c.text(prize))
    expect((await ask(app, '/', undefined, { headers: { 'x-key': 'unknown' } })).status).toBe(401)
    expect((await ask(app, '/', undefined, { headers: { 'x-key': 'known' } })).body).toBe(prize)
    expect(failures.asked).toHaveLength(2)
  })

  test.each([
    [0, '0'],
    [0.1, '1'],
    [Infinity, '5'],
    [Number.NaN, '5'],
    [-1, '5'],
  ])(
    'a limiter that knows %d s to wait makes a Retry-After that can be read (security/22)',
    async (retryAfter, told) => {
      const { as } = build({ consume: () => ({ allowed: false, retryAfter }) })
      const { status, headers } = await as('ann:read')
      expect([status, headers.get('retry-after')]).toEqual([429, told])
    },
  )

  test('a limiter that is down lets nobody guess (security/32)', async () => {
    for (const consume of [
      () => Promise.reject(new Error('redis')),
      () => {
        throw new Error('redis')
      },
    ]) {
      const { as, auth } = build({ consume })
      expect((await as('ann:read')).status).toBe(503)
      expect(auth.calls).toEqual([])
    }
  })

  test("a caller's own quota is not touched before success (security/36)", async () => {
    const quota = limiter(10)
    const auth = token()
    const callerLimit = middleware({ before: (x) => void quota.consume(x.caller?.id ?? 'nobody') })
    const app = new Hono().use(security({ default: auth }), callerLimit).get('/', (c) => c.text(prize))
    await ask(app, '/', 'bad')
    await ask(app, '/')
    expect(quota.asked).toEqual([])
    await ask(app, '/', 'ann')
    expect(quota.asked).toEqual([[expect.stringMatching(/^[\w-]{43}$/), 1]])
  })
})

describe('verifications in flight', () => {
  test('are bounded: the next one is 503 (security/37)', async () => {
    const { guard, waiting } = slow()
    const app = new Hono().use(security({ default: guard, inFlight: { total: 3 } })).get('/', (c) => c.text(prize))
    const as = (subject: string) => ask(app, '/', undefined, { headers: { 'x-slow': subject } })
    const running = [as('a'), as('b'), as('c')]
    await until(() => waiting.length === 3)
    const refused = await as('d')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    for (const finish of waiting.splice(0)) finish()
    expect((await Promise.all(running)).map(({ body }) => body)).toEqual([prize, prize, prize])
    const next = as('d')
    await until(() => waiting.length === 1)
    waiting[0]?.()
    expect((await next).body).toBe(prize)
  })

  test('of a guard alone have a bound of their own (security/37)', async () => {
    const one = slow()
    const two = slow()
    const app = new Hono()
      .use('/one', one.guard)
      .use('/two', two.guard)
      .get('/:any', (c) => c.text(prize))
    const as = (path: string) => ask(app, path, undefined, { headers: { 'x-slow': 'ann' } })
    const running = Array.from({ length: 1_024 }, () => as('/one'))
    await until(() => one.waiting.length === 1_024)
    expect((await as('/one')).status).toBe(503)
    const other = as('/two')
    await until(() => two.waiting.length === 1)
    for (const finish of [...one.waiting, ...two.waiting]) finish()
    expect((await other).body).toBe(prize)
    expect(new Set((await Promise.all(running)).map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('are bounded for each address, so that guesses at once cannot outrun the failures (security/37)', async () => {
    const { guard, waiting } = slow()
    const failures = limiter(1)
    const policy = security({ default: guard, failures, inFlight: { perAddress: 2 } })
    const app = new Hono().use(policy).get('/', (c) => c.text(prize))
    const as = async (address: string): Promise<number> =>
      (await app.request('https://x.example/', { headers: { 'x-slow': 'bad' } }, from(address))).status
    const running = [as('192.0.2.1'), as('192.0.2.1')]
    await until(() => waiting.length === 2)
    expect(await as('192.0.2.1')).toBe(429)
    const other = as('192.0.2.2')
    await until(() => waiting.length === 3)
    for (const finish of waiting) finish()
    expect(await Promise.all([...running, other])).toEqual([401, 401, 401])
    expect(await as('192.0.2.1')).toBe(429)
    expect(waiting).toHaveLength(3)
  })

  test('of the same credentials are one guess of an address, up to half of all (security/37)', async () => {
    const { guard, waiting } = slow((subject) => subject)
    const policy = security({ default: guard, failures: limiter(1), inFlight: { total: 20, perAddress: 2 } })
    const app = new Hono().use(policy).get('/', (c) => c.text(prize))
    const as = async (subject: string, address = '192.0.2.1'): Promise<number> =>
      (await app.request('https://x.example/', { headers: { 'x-slow': subject } }, from(address))).status
    const running = Array.from({ length: 9 }, () => as('ann'))
    await until(() => waiting.length === 9)
    running.push(as('bob'))
    await until(() => waiting.length === 10)
    expect(await as('eve')).toBe(429)
    expect(await as('ann')).toBe(429)
    const others = Array.from({ length: 10 }, () => as('ann', '192.0.2.2'))
    await until(() => waiting.length === 20)
    for (const finish of waiting.splice(0)) finish()
    expect(new Set(await Promise.all([...running, ...others]))).toEqual(new Set([200]))
    const next = [as('eve'), as('dan')]
    await until(() => waiting.length === 2)
    expect(await as('one more')).toBe(429)
    for (const finish of waiting) finish()
    expect(await Promise.all(next)).toEqual([200, 200])
  })

  test('of another request can be waited for, without a limiter and a place of its own (security/35)', async () => {
    const failures = limiter(9)
    let running: PromiseWithResolvers<Verdict<Slow>> | undefined
    const joining = authenticator({
      name: 'slow',
      extract: (x) => headerCredentials(x, 'x-slow'),
      recall: (subject: string) => (subject === 'ann' ? running?.promise : undefined),
      authenticate: () => (running = Promise.withResolvers<Verdict<Slow>>()).promise,
      challenge: () => challenge('Slow'),
      openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-slow' }),
    })
    const policy = security({ default: joining, failures, inFlight: { total: 1 } })
    const app = new Hono().use(policy).get('/', (c) => c.text(prize))
    const as = () => ask(app, '/', undefined, { headers: { 'x-slow': 'ann' } })
    const principal = createPrincipal({ scheme: 'slow', subject: 'ann', claims: null })
    for (const finish of [
      () => running?.resolve({ principal }),
      () => running?.resolve({ denied: denial('invalid', 'bad') }),
      () => running?.reject(new Error('down')),
    ]) {
      running = undefined
      failures.asked.length = 0
      const first = as()
      await until(() => running !== undefined)
      const joined = [as(), as()]
      finish()
      const { status } = await first
      expect((await Promise.all(joined)).map((each) => each.status)).toEqual([status, status])
      expect(failures.asked.filter(([, cost]) => cost === 0)).toHaveLength(1)
      expect(failures.asked.filter(([, cost]) => cost === 1)).toHaveLength(status === 401 ? 1 : 0)
    }
  })

  test.each([0, -1, 1.5, Number.NaN])('a bound of %d is refused (security/37)', (total) => {
    expect(() => security({ default: token(), inFlight: { total } })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_OPTION' }),
    )
  })
})
