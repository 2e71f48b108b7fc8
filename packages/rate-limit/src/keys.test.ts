import { exchange, handler, middleware, setHookErrorReporter, stack, trustProxy } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { rateLimit, type RateLimitOptions } from './index.ts'

const policies = [{ name: 'p', limit: 2, window: '1h' }] as const
const errors: unknown[] = []
let restore: () => void

beforeEach(() => {
  restore = setHookErrorReporter((error) => void errors.push(error))
})

afterEach(() => {
  restore()
  errors.length = 0
})

function limit(by: RateLimitOptions['by'], name = 'it') {
  return rateLimit({ name, by, policies })
}

describe("by: 'address'", () => {
  const ask = (app: Hono, remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
    app.request('/', { headers }, { incoming: { socket: { remoteAddress } } })

  async function allowedOf(app: Hono, addresses: readonly (string | undefined)[]): Promise<boolean[]> {
    const allowed: boolean[] = []
    for (const address of addresses) allowed.push((await ask(app, address)).status === 200)
    return allowed
  }

  function app(): Hono {
    return new Hono().use(limit('address')).get('/', (c) => c.text('hello'))
  }

  test('counts each IPv4 address, however it is spelled (rate-limit/8)', async () => {
    const addresses = ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '192.0.2.2']
    expect(await allowedOf(app(), addresses)).toEqual([true, true, false, true])
  })

  test('counts an IPv6 network of 64 bits as one (rate-limit/8)', async () => {
    const addresses = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:DB8:1:2:0::3', '2001:db8:1:3::1']
    expect(await allowedOf(app(), addresses)).toEqual([true, true, false, true])
  })

  test('counts those without an address together (rate-limit/8)', async () => {
    expect(await allowedOf(app(), [undefined, undefined, undefined, '192.0.2.1'])).toEqual([true, true, false, true])
  })

  test('a client that writes forwarding headers is still the same client (rate-limit/8)', async () => {
    const spoofed = async (app: Hono): Promise<number[]> => {
      const seen: number[] = []
      for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
        const headers = { 'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address }
        seen.push((await ask(app, '192.0.2.1', headers)).status)
      }
      return seen
    }
    expect(await spoofed(app())).toEqual([200, 200, 429])
  })

  test('behind a trusted proxy it is the address that the proxy saw (rate-limit/8)', async () => {
    const app = new Hono().use(trustProxy({ hops: 1, header: 'x-forwarded' }), limit('address'))
    app.get('/', (c) => c.text('hello'))
    const seen: number[] = []
    for (const chain of ['1.1.1.1, 198.51.100.1', '2.2.2.2, 198.51.100.1', '3.3.3.3, 198.51.100.1', '198.51.100.2']) {
      seen.push((await ask(app, '10.0.0.1', { 'x-forwarded-for': chain })).status)
    }
    expect(seen).toEqual([200, 200, 429, 200])
  })

  test('is that of the socket on a real server (rate-limit/8)', async () => {
    const limiter = limit('address')
    await using server = await serve(handler(limiter, () => new Response('hello')))
    await fetch(server.url)
    expect(limiter.consume('127.0.0.1')).toMatchObject({ allowed: true, policies: [{ remaining: 0 }] })
    expect((await fetch(server.url)).status).toBe(429)
  })
})

describe("by: 'caller'", () => {
  const guard = middleware({ before: (x) => void (x.caller = { id: x.header('who') ?? '', scheme: 'test' }) })

  test('counts each caller that a guard has verified (rate-limit/9)', async () => {
    const app = new Hono().use(guard, limit('caller')).get('/', (c) => c.json(exchange(c).caller))
    const ask = async (who: string): Promise<number> => (await app.request('/', { headers: { who } })).status
    expect([await ask('a'), await ask('a'), await ask('a'), await ask('b')]).toEqual([200, 200, 429, 200])
  })

  test('mounted before the guard it fails with the first request, and says where it belongs (rate-limit/9)', async () => {
    const applications = {
      use: new Hono()
        .use(limit('caller'))
        .use(guard)
        .get('/', (c) => c.text('hello')),
      stack: new Hono().use(stack(limit('caller'), guard)).get('/', (c) => c.text('hello')),
    }
    for (const app of Object.values(applications)) {
      const response = await app.request('/', { headers: { who: 'a' } })
      expect(response.status).toBe(500)
      expect(await response.text()).not.toContain('caller')
    }
    expect(errors).toMatchObject([{ code: 'ERR_RATE_LIMIT_CALLER' }, { code: 'ERR_RATE_LIMIT_CALLER' }])
    expect(String(errors[0])).toContain('app.use(policy, callerLimit)')
  })
})

describe('by a function', () => {
  test('keys are told apart exactly, however strange they are (rate-limit/10)', async () => {
    const keys = ['', ' ', '\0', 'a', 'a\0', 'A', 'é', 'e\u0301', '__proto__', 'constructor', 'x'.repeat(10_000)]
    const limiter = limit((x) => x.header('k'))
    for (const key of [...keys, `${'x'.repeat(10_000)}y`]) {
      const allowed = [limiter.consume(key), limiter.consume(key), limiter.consume(key)]
      expect(allowed.map((each) => 'allowed' in each && each.allowed)).toEqual([true, true, false])
    }
  })

  test('a key that is neither text nor undefined is an error, never a free pass (rate-limit/10)', async () => {
    for (const key of [null, 7, {}, Promise.resolve('k')]) {
      const app = new Hono().use(limit(() => key as string)).get('/', (c) => c.text('hello'))
      expect((await app.request('/')).status).toBe(500)
    }
    expect(errors).toMatchObject(Array.from({ length: 4 }, () => ({ code: 'ERR_RATE_LIMIT_KEY' })))
  })
})
