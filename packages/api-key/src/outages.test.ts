import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipPostgres, startPostgres } from '../../../test/support/postgres-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { memoryStore, redisStore, sqlMigration, sqlStore, type ApiKeyStore } from './index.ts'
import { ask, prize, service } from './keys.test-kit.ts'
import { redisClients } from './redis-clients.test-kit.ts'
import { sqlClients } from './sql-clients.test-kit.ts'

const timeout = 300

/** Stops and freezes a server under a guard. */
async function sufferOutages(server: OwnServer, store: ApiKeyStore): Promise<void> {
  const { keys, guard } = service({ store, timeout, touchEvery: false })
  const { key } = await keys.create({}, { owner: 'ann' })
  async function answer(): Promise<readonly [number, string | null]> {
    const began = performance.now()
    const { status, headers } = await ask(guard, key)
    expect(performance.now() - began).toBeLessThan(timeout + 2_000)
    return [status, headers.get('retry-after')]
  }
  async function until(status: number): Promise<void> {
    const end = performance.now() + 8_000
    while ((await answer())[0] !== status) {
      if (performance.now() > end) throw new Error(`never ${status}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  await until(200)
  server.freeze()
  expect(await answer()).toEqual([503, '5'])
  // What needs no store is answered all the same.
  expect((await ask(guard, 'x')).status).toBe(401)
  expect((await ask(guard)).status).toBe(401)
  server.thaw()
  await until(200)
}

describe('a store that is down', () => {
  test('is 503 with Retry-After, and never 401 or 200 (api-key/49)', async () => {
    const inner = memoryStore()
    const fail = (): never => {
      throw new Error('the database is down')
    }
    let find: ApiKeyStore['find'] = inner.find
    const { keys, guard } = service({ store: { ...inner, find: (digest) => find(digest) }, cache: false })
    const { key } = await keys.create({}, { owner: 'ann' })
    for (find of [fail, async () => fail(), () => ({}) as never, async () => ({}) as never]) {
      const { status, body, headers } = await ask(guard, key)
      expect([status, headers.get('retry-after')]).toEqual([503, '5'])
      expect(body).not.toMatch(/database|digest/)
    }
    find = inner.find
    expect((await ask(guard, key)).body).toBe(prize)
  })

  test('that gives what is no record lets nobody in (api-key/40)', async () => {
    const inner = memoryStore()
    let lie: object = {}
    const find: ApiKeyStore['find'] = async (digest) => ({ ...(await inner.find(digest)), ...lie }) as never
    const { keys, guard } = service({ store: { ...inner, find }, cache: false })
    const { key } = await keys.create({}, { owner: 'ann' })
    for (lie of [
      { owner: undefined },
      { owner: null },
      { owner: 5 },
      { scopes: 'read' },
      { scopes: [1] },
      { id: undefined },
      { family: null },
      { digest: undefined },
      { tenant: 1 },
      { revokedAt: new Date() },
    ]) {
      expect((await ask(guard, key)).status).toBe(503)
    }
    // What databases give for what is not there.
    lie = { tenant: null, expiresAt: null, revokedAt: null, addresses: null }
    expect((await ask(guard, key)).body).toBe(prize)
  })

  test('that changes its records where they are is believed each time (api-key/40)', async () => {
    const inner = memoryStore()
    let record: Record<string, unknown> = {}
    const find: ApiKeyStore['find'] = (digest) => (record['digest'] === digest ? (record as never) : undefined)
    const { keys, guard } = service({ store: { ...inner, find }, cache: false })
    const { key, apiKey } = await keys.create({}, { owner: 'ann' })
    record = { ...(await inner.get(apiKey.id)) }
    expect((await ask(guard, key)).body).toBe(prize)
    record['expiresAt'] = '2000-01-01T00:00:00.000Z'
    expect((await ask(guard, key)).status).toBe(401)
    delete record['expiresAt']
    expect((await ask(guard, key)).body).toBe(prize)
    record['revokedAt'] = '2000-01-01T00:00:00.000Z'
    expect((await ask(guard, key)).status).toBe(401)
  })

  test('that answers late is 503 within its time, and what comes later harms nobody (api-key/49)', async () => {
    const inner = memoryStore()
    const late: PromiseWithResolvers<never>[] = []
    const find = (): Promise<never> => {
      const pending = Promise.withResolvers<never>()
      late.push(pending)
      return pending.promise
    }
    const { keys, guard } = service({ store: { ...inner, find }, timeout: 20 })
    const { key } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).status).toBe(503)
    expect((await ask(guard, key)).status).toBe(503)
    const [first, second] = late
    first?.reject(new Error('at last'))
    const [record] = await inner.list({ owner: 'ann' })
    // It is the record of the key, too late.
    second?.resolve(record as never)
    await new Promise((resolve) => setTimeout(resolve, 10))
  })
})

describe.skipIf(skipPostgres())('PostgreSQL', () => {
  let server: OwnServer
  beforeAll(async () => {
    server = await startPostgres()
    const client = new pg.Client(server.url)
    await client.connect()
    await client.query(sqlMigration())
    await client.end()
  }, 30_000)
  afterAll(async () => server[Symbol.asyncDispose]())

  for (const [name, connect] of Object.entries(sqlClients)) {
    test(`${name}: frozen is 503 in time, and works again by itself (api-key/49)`, async () => {
      const { client, close } = await connect(server.url)
      try {
        await sufferOutages(server, sqlStore(client))
      } finally {
        await close()
      }
    })
  }

  test('stopped is 503, and works again by itself (api-key/49)', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 3 })
    pool.on('error', () => {})
    const { keys, guard } = service({ store: sqlStore(pool), touchEvery: false })
    const { key } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).body).toBe(prize)
    await server.stop()
    expect((await ask(guard, key)).status).toBe(503)
    await server.start()
    const end = performance.now() + 8_000
    while ((await ask(guard, key)).status !== 200) {
      expect(performance.now()).toBeLessThan(end)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    await pool.end()
  })
})

describe.skipIf(skipRedis())('Redis', () => {
  let server: OwnServer
  beforeAll(async () => {
    server = await startRedis()
  }, 30_000)
  afterAll(async () => server[Symbol.asyncDispose]())

  for (const [name, connect] of Object.entries(redisClients)) {
    test(`${name}: frozen is 503 in time, and works again by itself (api-key/49)`, async () => {
      const { client, close } = await connect(server.url)
      try {
        await sufferOutages(server, redisStore(client))
      } finally {
        await close()
      }
    })
  }
})
