import { Hono } from 'hono'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { rateLimit, type RateLimiter, redisStore, type RemoteStore } from './index.ts'
import { redisClients } from './redis-clients.test-kit.ts'

const timeout = 150
const policies = [{ name: 'p', limit: 1_000_000, window: '24h' }] as const

interface Service {
  readonly limiter: RateLimiter
  readonly warn: ReturnType<typeof vi.fn>
  /** Asks once, and fails when the answer is not there soon after the timeout. */
  ask(): Promise<Response>
  /** Asks until the store answers, within 8 s. */
  untilCounted(): Promise<void>
}

function serviceWith(store: RemoteStore, onStoreError: 'allow' | 'deny'): Service {
  const warn = vi.fn()
  const limiter = rateLimit({ name: 'it', by: () => 'k', policies, store, onStoreError, logger: { warn } })
  const app = new Hono().use(limiter).get('/', (c) => c.text('hello'))
  async function ask(): Promise<Response> {
    const start = performance.now()
    const response = await app.request('/')
    expect(performance.now() - start).toBeLessThan(timeout + 400)
    return response
  }
  async function untilCounted(): Promise<void> {
    const end = performance.now() + 8_000
    while ((await ask()).headers.get('ratelimit') === null) {
      if (performance.now() > end) throw new Error('the store did not answer within 8 s')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { limiter, warn, ask, untilCounted }
}

describe.skipIf(skipRedis())('outages of Redis', () => {
  let server: OwnServer

  beforeAll(async () => {
    server = await startRedis()
  }, 30_000)

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  async function uncounted({ ask, limiter }: Service, onStoreError: 'allow' | 'deny'): Promise<void> {
    for (let i = 0; i < 3; i++) {
      const response = await ask()
      expect(response.headers.get('ratelimit')).toBe(null)
      expect(response.headers.get('ratelimit-policy')).toBe('"p";q=1000000;w=86400')
      if (onStoreError === 'allow') {
        expect([response.status, await response.text()]).toEqual([200, 'hello'])
        continue
      }
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await response.json()).toEqual({ title: 'Service Unavailable', status: 503, code: 'unavailable' })
    }
    const decision = await limiter.consume('k')
    const allowed = onStoreError === 'allow'
    expect(decision).toMatchObject({ allowed, unavailable: true, retryAfter: allowed ? 0 : 5, policies: [] })
  }

  for (const [name, connect] of Object.entries(redisClients)) {
    for (const onStoreError of ['allow', 'deny'] as const) {
      const title = `${name}: frozen, slow and stopped it obeys '${onStoreError}' in time, and counts again after it`
      const run = async (): Promise<void> => {
        const { client, close } = await connect(server.url)
        const control = new Redis(server.url, { retryStrategy: () => 50 })
        control.on('error', () => {})
        const service = serviceWith(redisStore(client, { timeout }), onStoreError)
        try {
          await service.untilCounted()
          expect(service.warn).toHaveBeenCalledTimes(0)
          server.freeze()
          await uncounted(service, onStoreError)
          server.thaw()
          await service.untilCounted()
          await control.call('CLIENT', 'PAUSE', '1200')
          await uncounted(service, onStoreError)
          await service.untilCounted()
          await server.stop()
          await uncounted(service, onStoreError)
          await server.start()
          await service.untilCounted()
          expect(service.warn).toHaveBeenCalledTimes(1)
          expect(service.warn).toHaveBeenCalledWith(
            expect.stringMatching(/^the store of rate limit it fails \(timeout\): until it answers, requests /),
            { 'seaworthy.rate_limit.name': 'it', 'error.type': 'timeout' },
          )
        } finally {
          server.thaw()
          control.disconnect()
          await close()
        }
      }
      test(`${title} (rate-limit/28) (rate-limit/29) (rate-limit/31)`, run, 40_000)
    }
  }

  test('a refusal of Redis itself is an outage at once (rate-limit/28) (rate-limit/31)', async () => {
    const client = new Redis(server.url)
    try {
      const service = serviceWith(redisStore(client, { timeout: '10s' }), 'deny')
      await client.call('CONFIG', 'SET', 'maxmemory', '1')
      expect((await service.ask()).status).toBe(503)
      await client.call('CONFIG', 'SET', 'maxmemory', '0')
      expect((await service.ask()).status).toBe(200)
      expect(service.warn.mock.calls.map(([message]) => String(message))).toEqual([
        'the store of rate limit it fails (OOM): until it answers, requests are refused with 503',
      ])
    } finally {
      client.disconnect()
    }
  })

  test('an event loop that was held up does not count against Redis (rate-limit/32)', async () => {
    const client = new Redis(server.url)
    try {
      const service = serviceWith(redisStore(client, { timeout: 50 }), 'deny')
      await service.untilCounted()
      for (let i = 0; i < 5; i++) {
        const asked = service.limiter.consume('k')
        // The command must have left the process before the loop is held up.
        await new Promise((resolve) => setImmediate(resolve))
        for (const end = performance.now() + 120; performance.now() < end;);
        expect((await asked).unavailable).toBe(false)
      }
    } finally {
      client.disconnect()
    }
  })
})
