import { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipPostgres, startPostgres } from '../../../test/support/postgres-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { memoryStore, redisStore, sqlMigration, sqlStore, type ApiKeyStore } from './index.ts'
import { redisClients } from './redis-clients.test-kit.ts'
import { sqlClients } from './sql-clients.test-kit.ts'
import { recordOf, storeContract } from './store-contract.test-kit.ts'

describe('memoryStore', () => {
  storeContract('memory', async () => memoryStore())

  test('begins with the records that it is given, and hands out values (api-key/35)', async () => {
    const record = { ...recordOf() }
    const store = memoryStore([record])
    expect(await store.find(record.digest)).toEqual(recordOf())
    const before = await store.get(record.id)
    await store.update(record.id, { revokedAt: '2026-02-01T00:00:00.000Z' })
    expect(before).toEqual(recordOf())
    expect(Object.isFrozen(before)).toBe(true)
  })
})

describe('sqlStore on PGlite', () => {
  let lite: PGlite
  let table = 0
  beforeAll(async () => {
    lite = await PGlite.create()
  })
  afterAll(async () => lite.close())

  storeContract('PGlite', async () => {
    const name = `keys_${table++}`
    await lite.query(sqlMigration(name))
    return sqlStore(lite, { table: name })
  })
})

describe.skipIf(skipPostgres())('sqlStore on PostgreSQL', () => {
  let server: OwnServer
  let table = 0
  beforeAll(async () => {
    server = await startPostgres()
  }, 30_000)
  afterAll(async () => server[Symbol.asyncDispose]())

  for (const [name, connect] of Object.entries(sqlClients)) {
    describe(`through ${name}`, () => {
      let connected: Awaited<ReturnType<typeof connect>>
      beforeAll(async () => {
        connected = await connect(server.url)
        // Times must not depend on the session.
        await connected.run(`alter database postgres set timezone to 'Asia/Kathmandu'`)
      })
      afterAll(async () => connected.close())

      storeContract(name, async () => {
        const name = `keys_${table++}`
        await connected.run(sqlMigration(name))
        return sqlStore(connected.client, { table: name })
      })
    })
  }

  test('the migration may run again, in several processes at once, and keeps what is there (api-key/38)', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 8 })
    try {
      await pool.query('create schema if not exists auth')
      const atOnce = (text: string): Promise<unknown> => Promise.all(Array.from({ length: 8 }, () => pool.query(text)))
      await atOnce('select pg_sleep(0.05)')
      for (let i = 0; i < 10; i++) await atOnce(sqlMigration(`auth_${i}`))
      await atOnce(sqlMigration('auth.api_keys'))
      const store = sqlStore(pool, { table: 'auth.api_keys' })
      await store.insert(recordOf())
      await atOnce(sqlMigration('auth.api_keys'))
      expect(await store.get('id-1')).toEqual(recordOf())
      const { rows } = await pool.query(`select indexname from pg_indexes where schemaname = 'auth' order by 1`)
      expect(rows.map(({ indexname }) => indexname)).toEqual(['api_keys_digest', 'api_keys_owner', 'api_keys_pkey'])
    } finally {
      await pool.end()
    }
  })

  test('a key is found, and an owner listed, by an index (api-key/38)', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 })
    try {
      await pool.query(sqlMigration())
      await pool.query('set enable_seqscan = off')
      const seen: string[] = []
      const store = sqlStore(async (text, params) => {
        const { rows } = await pool.query(`explain ${text}`, params)
        seen.push(JSON.stringify(rows))
        return []
      })
      await store.find('x')
      await store.list({ owner: 'ann' })
      await store.list({ owner: 'ann', tenant: 'acme' })
      expect(seen[0]).toContain('seaworthy_api_keys_digest')
      for (const plan of seen.slice(1)) expect(plan).toContain('seaworthy_api_keys_owner')
    } finally {
      await pool.end()
    }
  })
})

describe.skipIf(skipRedis())('redisStore', () => {
  let server: OwnServer
  let redis: Redis
  let prefix = 0
  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url)
  }, 30_000)
  afterAll(async () => {
    redis.disconnect()
    await server[Symbol.asyncDispose]()
  })

  for (const [name, connect] of Object.entries(redisClients)) {
    describe(`through ${name}`, () => {
      let connected: Awaited<ReturnType<typeof connect>>
      beforeAll(async () => {
        connected = await connect(server.url)
      })
      afterAll(async () => connected.close())

      storeContract(name, async () => redisStore(connected.client, { prefix: `keys ${prefix++}` }))
    })
  }

  test('all its keys share a hash tag, and do not expire (api-key/39)', async () => {
    await redis.flushall()
    const sent: string[] = []
    const store: ApiKeyStore = redisStore({
      call: async (command, ...args) => {
        sent.push(command)
        return redis.call(command, ...args)
      },
    })
    await store.insert(recordOf())
    await store.replace('id-1', '2026-07-01T00:00:00.000Z', recordOf({ id: 'id-2', digest: 'digest-2' }))
    const keys = await redis.keys('*')
    expect(keys).toHaveLength(5)
    for (const key of keys) {
      expect(key).toMatch(/^\{seaworthy:api-key\}:(digest|id|holder):/)
      expect(await redis.ttl(key)).toBe(-1)
    }
    sent.length = 0
    await store.find('digest-1')
    expect(sent).toEqual(['HMGET'])
  })

  test('what stands under a key but is no record is an error, and not a key (api-key/40)', async () => {
    const store = redisStore(redis, { prefix: 'odd' })
    for (const value of ['', 'x', '7', 'null', '[]', '{}', JSON.stringify({ ...recordOf(), scopes: 'admin' })]) {
      await redis.hset('{odd}:digest:x', 'record', value)
      await expect(Promise.resolve(store.find('x'))).rejects.toThrow()
    }
    await redis.del('{odd}:digest:x')
    await redis.set('{odd}:digest:x', 'text')
    await expect(Promise.resolve(store.find('x'))).rejects.toThrow('WRONGTYPE')
    await redis.del('{odd}:digest:x')
    await redis.hset('{odd}:digest:x', 'revokedAt', 'x')
    expect(await store.find('x')).toBeUndefined()
  })
})

describe('settings of stores', () => {
  test('that cannot be kept are refused at construction (api-key/18)', () => {
    const refused = expect.objectContaining({ code: 'ERR_API_KEY_OPTION' })
    const query = async (): Promise<unknown[]> => []
    for (const table of ['', 'a b', 'a;drop', 'A', 'a.b.c', '1a', 'x'.repeat(51), '"a"']) {
      expect(() => sqlStore(query, { table }), table).toThrow(refused)
      expect(() => sqlMigration(table), table).toThrow(refused)
    }
    // What the types do not allow has to be refused as well.
    for (const client of [undefined, {}, 'postgres://', { query: 1 }]) {
      expect(() => sqlStore(client as never)).toThrow(refused)
    }
    for (const client of [undefined, {}, 'redis://']) expect(() => redisStore(client as never)).toThrow(refused)
    expect(() => redisStore({ call: query }, { prefix: 'a{b}' })).toThrow(refused)
  })

  test('a row that is no record is an error, and not a key (api-key/40)', async () => {
    const rows = [undefined, null, 7, {}, { record: null }, { record: '{}' }, { record: '[]' }, { record: {} }]
    for (const row of rows) {
      for (const result of [[row], { rows: [row] }]) {
        await expect(Promise.resolve(sqlStore(async () => result).find('x'))).rejects.toThrow()
      }
    }
    const record = { ...recordOf(), expiresAt: null }
    expect(await sqlStore(async () => [{ record: JSON.stringify(record) }]).find('x')).toMatchObject({ id: 'id-1' })
  })
})
