import type { RedisClient } from '@seaworthy/middleware/redis'
import { createTestClock } from '@seaworthy/middleware/testing'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../../test/support/redis-server.ts'
import { memoryStore, redisStore, resourceServer, type ReplayStore } from '../resource.ts'
import { ask, prize } from './ask.test-kit.ts'
import { proofClient } from './proof.test-kit.ts'

const issuer = createTestIssuer()
const client = proofClient()
const token = issuer.token({ cnf: { jkt: client.jkt } })

const bun: string = 'bun'

function service(replay: ReplayStore): ReturnType<typeof resourceServer> {
  const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
  return resourceServer({ resource: 'https://api.test', jwt, dpop: { replay } })
}

describe('memoryStore', () => {
  test('takes an id once in its time, and again after it (oauth2/35)', () => {
    const clock = createTestClock()
    const store = memoryStore({ clock })
    expect(store.putIfAbsent('a', 1000)).toBe(true)
    expect(store.putIfAbsent('a', 1000)).toBe(false)
    expect(store.putIfAbsent('b', 1000)).toBe(true)
    clock.advance('999ms')
    expect(store.putIfAbsent('a', 1000)).toBe(false)
    clock.advance('1ms')
    expect(store.putIfAbsent('a', 1000)).toBe(true)
    expect(store.size).toBe(1)
  })

  test('keeps ids of several times, whatever their order (oauth2/35)', () => {
    const clock = createTestClock()
    const store = memoryStore({ clock })
    store.putIfAbsent('long', 10_000)
    store.putIfAbsent('short', 1000)
    clock.advance('2s')
    expect(store.putIfAbsent('long', 1000)).toBe(false)
    expect(store.putIfAbsent('short', 1000)).toBe(true)
  })

  test('forgets none that counts when it is full: the next proof is 503 (oauth2/35)', async () => {
    const clock = createTestClock()
    const guard = service(memoryStore({ max: 2, clock }))
    const proofs = [1, 2, 3].map(() => client.prove({ token }))
    const statuses: number[] = []
    for (const proof of proofs) statuses.push((await ask(guard, { dpop: [token, proof] })).status)
    expect(statuses).toEqual([200, 200, 503])
    expect((await ask(guard, { dpop: [token, proofs[0] ?? ''] })).status).toBe(401)
    clock.advance('70s')
    expect((await ask(guard, { dpop: [token, proofs[2] ?? ''] })).status).toBe(200)
  })

  test('holds half a million ids if nothing else is asked for (oauth2/35)', () => {
    const clock = createTestClock()
    const store = memoryStore({ clock })
    for (let i = 0; i < 500_000; i++) store.putIfAbsent(String(i), 1000)
    expect(() => store.putIfAbsent('one more', 1000)).toThrow('full')
    expect(store.size).toBe(500_000)
  })

  test.each([0, -1, 1.5, Number.NaN])('does not take %d for its size (oauth2/8)', (max) => {
    expect(() => memoryStore({ max })).toThrow('max')
  })
})

describe('a store that fails', () => {
  test.each<[string, ReplayStore['putIfAbsent']]>([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
  ])('and %s is 503, and lets nobody in (oauth2/35)', async (_name, putIfAbsent) => {
    const answer = await ask(service({ putIfAbsent }), { dpop: [token, client.prove({ token })] })
    expect(answer.status).toBe(503)
    expect(answer.headers.has('retry-after')).toBe(true)
    expect(answer.body).not.toContain(prize)
  })

  test('by its own type lets nobody in: what is not plainly true is a replay (oauth2/35)', async () => {
    const replies: unknown[] = ['OK', 1, undefined, null]
    for (const reply of replies) {
      // What a store written without types may answer.
      const guard = service({ putIfAbsent: () => reply as boolean })
      expect((await ask(guard, { dpop: [token, client.prove({ token })] })).status).toBe(401)
    }
  })
})

function fail(): never {
  throw new Error('the store is down')
}

describe('redisStore', () => {
  test('does not take what is no client, nor no time (oauth2/8)', () => {
    // @ts-expect-error a client is asked for
    expect(() => redisStore({})).toThrow('client')
    const idle = { call: async () => 'OK' }
    expect(() => redisStore(idle, { timeout: 0 })).toThrow('timeout')
  })

  test('that does not answer is 503 within its time (oauth2/35)', async () => {
    const silent = { call: () => new Promise<unknown>(() => undefined) }
    const answer = await ask(service(redisStore(silent, { timeout: '20ms' })), {
      dpop: [token, client.prove({ token })],
    })
    expect(answer.status).toBe(503)
  })

  describe.skipIf(skipRedis())('with a server', () => {
    let server: OwnServer

    beforeAll(async () => {
      server = await startRedis()
    })
    afterAll(() => server[Symbol.asyncDispose]())

    const clients: Record<string, () => Promise<{ client: RedisClient; close(): unknown }>> = {
      async ioredis() {
        const redis = new Redis(server.url)
        return { client: redis, close: () => redis.disconnect() }
      },
      async 'node-redis'() {
        const redis = createClient({ url: server.url })
        await redis.connect()
        return { client: redis, close: () => redis.destroy() }
      },
    }

    if ('Bun' in globalThis) {
      clients['RedisClient of Bun'] = async () => {
        const { RedisClient: Client } = await import(bun)
        const redis = new Client(server.url)
        return { client: redis, close: () => redis.close() }
      }
    }

    for (const [name, connect] of Object.entries(clients)) {
      test(`${name}: of two services at once, one lets a proof in, and none after (oauth2/33) (oauth2/36)`, async () => {
        const [first, second] = [await connect(), await connect()]
        try {
          const options = { timeout: '5s' } as const
          const guards = [service(redisStore(first.client, options)), service(redisStore(second.client, options))]
          for (let i = 0; i < 20; i++) {
            const proof = client.prove({ token })
            const answers = await Promise.all(guards.map((guard) => ask(guard, { dpop: [token, proof] })))
            expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401])
          }
        } finally {
          first.close()
          second.close()
        }
      })
    }

    test('keeps a digest for the time of a proof, and nothing of the proof (oauth2/36) (oauth2/9)', async () => {
      const redis = new Redis(server.url)
      try {
        await redis.flushall()
        const proof = client.prove({ token, claims: { jti: 'the id of the proof' } })
        expect((await ask(service(redisStore(redis)), { dpop: [token, proof] })).status).toBe(200)
        const [key = '', ...others] = await redis.keys('*')
        expect(others).toEqual([])
        expect(key).toMatch(/^seaworthy:dpop:[\w-]{43}$/)
        const left = await redis.pttl(key)
        expect(left).toBeGreaterThan(60_000)
        expect(left).toBeLessThanOrEqual(70_000)
        expect(await redis.get(key)).toBe('1')
      } finally {
        redis.disconnect()
      }
    })
  })
})
