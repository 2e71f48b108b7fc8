import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { RedisClient } from '@seaworthy/middleware/redis'
import { createTestClock } from '@seaworthy/middleware/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../../test/support/redis-server.ts'
import { until } from '../client/until.test-kit.ts'
import { memoryStore, redisStore, type SessionStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { loginApp } from './login-app.test-kit.ts'

const bun: string = 'bun'

/** What every store has to do. `pass` lets 200 ms go by. */
async function behaves(store: SessionStore, pass: () => unknown): Promise<void> {
  expect(await store.read('a', 100)).toBeUndefined()
  await store.put('a', 'one', 150, ['ann', 'x'])
  expect(await store.read('a', 150)).toBe('one')
  expect(await store.replace('a', 'two', 150)).toBe(true)
  expect(await store.replace('b', 'two', 150)).toBe(false)
  expect(await store.read('b', 150)).toBeUndefined()
  expect(await store.putIfAbsent('a', 'three', 150)).toBe(false)
  expect(await store.read('a', 150)).toBe('two')
  const race = await Promise.all([1, 2, 3].map((n) => store.putIfAbsent('c', `${n}`, 60_000)))
  expect(race.filter(Boolean)).toHaveLength(1)
  await pass()
  expect(await store.read('a', 150)).toBeUndefined()
  expect(await store.replace('a', 'two', 150)).toBe(false)
  for (const key of ['d', 'e']) await store.put(key, key, 60_000, ['ann', key])
  await store.put('f', 'f', 60_000, ['bob'])
  await store.replace('d', 'changed', 60_000)
  await store.deleteTagged('nobody')
  await store.deleteTagged('ann')
  expect([await store.read('d', 1_000), await store.read('e', 1_000), await store.read('f', 1_000)]).toEqual([
    undefined,
    undefined,
    'f',
  ])
  await store.put('d', 'again', 60_000, [])
  await store.deleteTagged('ann')
  expect(await store.read('d', 1_000)).toBe('again')
  await store.delete('d')
  await store.delete('d')
  expect(await store.read('d', 1_000)).toBeUndefined()
}

describe('memoryStore', () => {
  test('keeps, replaces, finds by tag and forgets (oauth2/93)', async () => {
    const clock = createTestClock()
    await behaves(memoryStore({ clock }), () => clock.advance('200ms'))
  })

  test('forgets nobody who is logged in when it is full: the next login is refused (oauth2/93)', () => {
    const clock = createTestClock()
    const store = memoryStore({ max: 2, clock })
    store.put('a', '1', 1_000, ['t'])
    store.put('b', '1', 2_000, ['t'])
    expect(() => store.put('c', '1', 1_000, [])).toThrow('full')
    expect(store.replace('a', '2', 1_000)).toBe(true)
    clock.advance('1s')
    store.put('c', '1', 1_000, [])
    expect([store.size, store.read('a', 1), store.read('b', 1_000)]).toEqual([2, undefined, '1'])
  })

  test.each([0, -1, 1.5, Number.NaN])('does not take %d for its size (oauth2/98)', (max) => {
    expect(() => memoryStore({ max })).toThrow('max')
  })
})

describe('redisStore', () => {
  test('is told what it cannot use (oauth2/98)', () => {
    // @ts-expect-error not a client
    expect(() => redisStore({})).toThrow('client')
    const client = { send: async () => null }
    expect(() => redisStore(client, { timeout: 0 })).toThrow('timeout')
  })

  test('does not wait for ever (oauth2/95)', async () => {
    const store = redisStore({ send: () => new Promise(() => undefined) }, { timeout: '5ms' })
    await expect((async () => store.read('a', 1_000))()).rejects.toMatchObject({ code: 'ERR_OAUTH2_STORE' })
  })
})

interface Connected {
  readonly client: RedisClient
  close(): unknown
}

const connectors: Record<string, (url: string) => Promise<Connected>> = {
  async ioredis(url) {
    const client = new Redis(url)
    return { client, close: () => client.disconnect() }
  },
  async 'node-redis'(url) {
    const client = createClient({ url })
    client.on('error', () => undefined)
    await client.connect()
    return { client, close: () => client.destroy() }
  },
}
if ('Bun' in globalThis) {
  connectors['Bun'] = async (url) => {
    const { RedisClient: Client } = await import(bun)
    const client = new Client(url)
    return { client, close: () => client.close() }
  }
}

describe.skipIf(skipRedis())('redisStore with a real Redis', () => {
  let server: OwnServer
  let kit: ProviderKit

  beforeAll(async () => {
    server = await startRedis()
    kit = await startProvider({ rotation: true })
  })
  afterAll(async () => {
    await kit.stop()
    await server[Symbol.asyncDispose]()
  })

  for (const [name, connect] of Object.entries(connectors)) {
    test(`${name}: keeps, replaces, finds by tag and forgets (oauth2/94)`, async () => {
      const { client, close } = await connect(server.url)
      try {
        const store = redisStore(client, { prefix: `test:${name}` })
        await behaves(store, () => until(async () => (await store.read('a', 1)) === undefined))
      } finally {
        await close()
      }
    })
  }

  test('a Redis that does not answer lets nobody in, and signs nobody out (oauth2/95)', async () => {
    const client = new Redis(server.url)
    try {
      const browser = loginApp(kit, { session: { store: redisStore(client, { timeout: '150ms' }) } }).browser()
      await browser.open('/me')
      server.freeze()
      expect((await browser.fetch('/me')).status).toBe(503)
      expect((await browser.fetch('/maybe')).status).toBe(503)
      server.thaw()
      await until(async () => (await browser.fetch('/me')).status === 200)
    } finally {
      server.thaw()
      client.disconnect()
    }
  })

  test('several processes share logins, refreshes and logouts, and can be read by nobody (oauth2/94) (oauth2/96)', async () => {
    const client = new Redis(server.url)
    const other = new Redis(server.url)
    try {
      const clock = createTestClock(Date.now())
      const one = loginApp(kit, { session: { store: redisStore(client) } }, clock)
      const two = loginApp(kit, { session: { store: redisStore(other) } }, clock)
      const browser = one.browser()
      await browser.open('/me')
      const cookie = [...browser.jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ')
      const ask = async ({ answer }: typeof one, path = '/token', method = 'GET') =>
        (await answer(new Request(`https://app.test${path}`, { method, headers: { cookie } }))).text()
      const token = await ask(two)
      expect(token).toBe(await ask(one))
      const asked = kit.count('POST /token')
      clock.advance('299s')
      const answers = await Promise.all([one, two, one, two].map((app) => ask(app)))
      expect(new Set(answers).size).toBe(1)
      expect(answers[0]).not.toBe(token)
      expect(kit.count('POST /token')).toBe(asked + 1)
      const kept = await Promise.all((await client.keys('seaworthy:login:*')).map((key) => dump(client, key)))
      expect(kept.length).toBeGreaterThan(1)
      const everything = JSON.stringify(kept)
      for (const secret of ['ann', token, answers[0] ?? '', '"sub"']) expect(everything).not.toContain(secret)
      await ask(two, '/auth/logout', 'POST')
      expect(JSON.parse(await ask(one))).toMatchObject({ status: 401 })
    } finally {
      client.disconnect()
      other.disconnect()
    }
  })
})

async function dump(client: Redis, key: string): Promise<readonly unknown[]> {
  const isSet = (await client.type(key)) === 'set'
  return [key, isSet ? await client.smembers(key) : await client.get(key)]
}
