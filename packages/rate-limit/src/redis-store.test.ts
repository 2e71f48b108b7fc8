import type { CallRedisClient } from '@seaworthy/middleware/redis'
import fc from 'fast-check'
import { Hono } from 'hono'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { type RateLimitPolicy, rateLimit, type RateLimitDecision, type RateLimiter, redisStore } from './index.ts'
import { redisClients } from './redis-clients.test-kit.ts'
import { ReferenceModel } from './reference-model.test-kit.ts'

const hourly = [{ name: 'hourly', limit: 100, window: '1h' }] as const

describe.skipIf(skipRedis())('redisStore', () => {
  let server: OwnServer
  let redis: Redis

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url)
  })

  beforeEach(async () => {
    await redis.flushall()
  })

  afterAll(async () => {
    redis.disconnect()
    await server[Symbol.asyncDispose]()
  })

  function limit(policies: readonly RateLimitPolicy[], client: CallRedisClient = redis, pepper?: string): RateLimiter {
    const store = redisStore(client, { timeout: '5s' })
    return rateLimit({
      name: 'it',
      by: (x) => x.header('key'),
      policies,
      store,
      onStoreError: 'deny',
      ...(pepper !== undefined && { pepper }),
    })
  }

  for (const [name, connect] of Object.entries(redisClients)) {
    test(`${name}: of 200 requests at once exactly 100 are allowed (rate-limit/4) (rate-limit/27)`, async () => {
      const { client, close } = await connect(server.url)
      try {
        await redis.script('FLUSH')
        const store = redisStore(client, { timeout: '5s' })
        const limiter = rateLimit({ name: 'it', by: () => 'all', policies: hourly, store, onStoreError: 'deny' })
        const app = new Hono().use(limiter).get('/', (c) => c.text('hello'))
        const responses = await Promise.all(Array.from({ length: 200 }, async () => app.request('/')))
        expect(responses.filter(({ status }) => status === 200)).toHaveLength(100)
        expect(responses.filter(({ status }) => status === 429)).toHaveLength(100)
        const refused = responses.find(({ status }) => status === 429)
        expect(refused?.headers.get('ratelimit')).toMatch(/^"hourly";r=0;t=3[56]$/)
        expect(refused?.headers.get('retry-after')).toMatch(/^3[56]$/)
        expect(responses[0]?.headers.get('ratelimit')).toBe('"hourly";r=99;t=3564')
      } finally {
        await close()
      }
    })
  }

  test('every decision is that of exact token buckets at the time of Redis (rate-limit/2) (rate-limit/24)', async () => {
    const policy = fc.record({
      limit: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 500, max: 1_000_000 })),
      seconds: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 86_400 })),
      burst: fc.integer({ min: 1, max: 20 }),
    })
    const costs = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 })
    let key = 0
    await fc.assert(
      fc.asyncProperty(fc.array(policy, { minLength: 1, maxLength: 3 }), costs, async (drawn, costs) => {
        const windows = drawn.map((each) => ({ ...each, window: each.seconds * 1_000 }))
        const limiter = limit(windows.map((each, index) => ({ ...each, name: `p${index}` })))
        const model = new ReferenceModel(windows)
        key++
        for (const cost of costs) {
          const decision = await limiter.consume(`key ${key}`, cost)
          const expected = model.take(decision.now, cost)
          expect(decision.unavailable).toBe(false)
          expect(decision.allowed).toBe(expected.allowed)
          expect(decision.policies.map(({ remaining }) => remaining)).toEqual(expected.remaining)
        }
      }),
      { numRuns: Math.min(Number(process.env['FUZZ_RUNS'] ?? 10_000), 100_000) / 40 },
    )
  })

  test('the clock of Redis counts, not that of the process (rate-limit/24)', async () => {
    const [seconds = '0'] = await redis.time()
    const { now } = await limit(hourly).consume('k')
    expect(Math.abs(now - Number(seconds) * 1_000)).toBeLessThan(5_000)
    const own = performance.now
    try {
      performance.now = () => own.call(performance) + 3_600_000
      expect((await limit(hourly).consume('k')).policies[0]?.remaining).toBe(98)
    } finally {
      performance.now = own
    }
  })

  test('a clock that was set back holds nobody up for longer than the window (rate-limit/24)', async () => {
    const limiter = limit([{ name: 'p', limit: 1, window: '1s' }])
    await limiter.consume('k')
    const [key = ''] = await redis.keys('*')
    const ahead = Date.now() + 3_600_000
    await redis.set(key, `1000 ${ahead}`)
    expect(await limiter.consume('k')).toMatchObject({ allowed: false, retryAfter: 1 })
    expect(await redis.get(key)).not.toContain(String(ahead))
    const end = performance.now() + 3_000
    while (!(await limiter.consume('k')).allowed) {
      expect(performance.now()).toBeLessThan(end)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })

  test('a decision is one round trip, with several policies as well (rate-limit/25)', async () => {
    const sent: string[] = []
    const client: CallRedisClient = {
      call: async (command, ...args) => {
        sent.push(command)
        return redis.call(command, ...args)
      },
    }
    const policies = [...hourly, { name: 'daily', limit: 500, window: '24h' }] as const
    const limiter = limit(policies, client)
    await limiter.consume('k')
    sent.length = 0
    for (let i = 0; i < 3; i++) await limiter.consume('k')
    expect(sent).toEqual(['EVALSHA', 'EVALSHA', 'EVALSHA'])
  })

  test('a script that Redis has forgotten is shown to it again, and nothing counted twice (rate-limit/25)', async () => {
    const limiter = limit(hourly)
    for (const remaining of [99, 98, 97]) {
      await redis.script('FLUSH')
      expect((await limiter.consume('k')).policies[0]?.remaining).toBe(remaining)
    }
  })

  test('all policies are taken or none (rate-limit/5) (rate-limit/6)', async () => {
    const limiter = limit([...hourly, { name: 'few', limit: 3, window: '1h' }])
    const left = async (cost: number): Promise<readonly number[]> =>
      (await limiter.consume('k', cost)).policies.map(({ remaining }) => remaining)
    expect(await left(0)).toEqual([100, 3])
    expect(await redis.keys('*')).toEqual([])
    expect(await left(2)).toEqual([98, 1])
    expect(await left(2)).toEqual([98, 1])
    expect(await left(101)).toEqual([98, 1])
    expect(await left(0)).toEqual([98, 1])
  })

  test('keys share a hash tag, say nothing of whom they count, and expire (rate-limit/26)', async () => {
    const limiter = limit([...hourly, { name: 'minute', limit: 60, window: '1m' }])
    const hostile = 'ada@example.com}:{x\r\nFLUSHALL\r\n*1:hourly'
    await limiter.consume(hostile)
    await limiter.consume('ada@example.com')
    const keys = await redis.keys('*')
    expect(keys).toHaveLength(4)
    for (const key of keys) {
      expect(key).toMatch(/^seaworthy:rate-limit:\{it:[\w-]{22}\}:(hourly:3600000|minute:60000)$/)
      const left = await redis.pttl(key)
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThanOrEqual(key.includes('hourly') ? 36_000 : 1_000)
    }
    const everything = JSON.stringify([keys, await redis.mget(keys)])
    expect(everything).not.toMatch(/ada|example|FLUSHALL/)
    expect(everything).toContain('it:')
    expect(new Set(keys.map((key) => /\{.*\}/.exec(key)?.[0])).size).toBe(2)
  })

  test('with a pepper, who guesses a key does not find it (rate-limit/26)', async () => {
    const names = async (pepper?: string): Promise<string[]> => {
      await redis.flushall()
      await limit(hourly, redis, pepper).consume('192.0.2.1')
      return redis.keys('*')
    }
    const plain = await names()
    const peppered = await names('a secret of the service')
    expect(await names()).toEqual(plain)
    expect(await names('a secret of the service')).toEqual(peppered)
    expect(new Set([plain, peppered, await names('another secret entirely')].flat()).size).toBe(3)
  })

  test('what stands under a key but is no level counts as nothing (rate-limit/26)', async () => {
    const limiter = limit(hourly)
    await limiter.consume('k', 50)
    const [key = ''] = await redis.keys('*')
    for (const value of ['', 'nonsense', '-5 3', '1e300 1', '1 2 3']) {
      await redis.set(key, value)
      expect((await limiter.consume('k')).policies[0]?.remaining).toBe(99)
    }
    await redis.del(key)
    await redis.lpush(key, 'a list')
    expect((await limiter.consume('k')).policies[0]?.remaining).toBe(99)
  })

  test('a lower burst or limit holds at once for levels that are there (rate-limit/24)', async () => {
    await limit([{ name: 'p', limit: 100, window: '1h' }]).consume('k', 50)
    const lower: RateLimitDecision = await limit([{ name: 'p', limit: 10, window: '1h' }]).consume('k')
    expect(lower).toMatchObject({ allowed: false, policies: [{ remaining: 0, violated: true }] })
    expect((await limit([{ name: 'p', limit: 10, window: '2h' }]).consume('k')).allowed).toBe(true)
  })

  test('the largest numbers arrive whole (rate-limit/2)', async () => {
    const burst = 1_250_999_895
    const limiter = limit([{ name: 'p', limit: 1, window: '2h', burst }])
    expect(await limiter.consume('k', burst - 1)).toMatchObject({ allowed: true, policies: [{ remaining: 1 }] })
    expect(await limiter.consume('k')).toMatchObject({ allowed: true, policies: [{ remaining: 0 }] })
    expect(await limiter.consume('k')).toMatchObject({ allowed: false, retryAfter: 7_200 })
  })
})
