import { Redis } from 'ioredis'
import { Hono } from 'hono'
import pg from 'pg'
import postgresJs from 'postgres'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipPostgres, startPostgres } from '../../../test/support/postgres-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { type BuiltInCheck, health, postgresCheck, redisCheck, tcpCheck } from './index.ts'

interface Connected {
  readonly check: BuiltInCheck
  close(): unknown
}

type Connect = (url: string) => Promise<Connected>

const isBun = 'Bun' in globalThis
const bun: string = 'bun'
const timeout = 250

const postgres: Record<string, Connect> = {
  async pg(url) {
    const pool = new pg.Pool({ connectionString: url, max: 3 })
    pool.on('error', () => {})
    return { check: postgresCheck(pool), close: () => pool.end() }
  },
  async 'a function'(url) {
    const pool = new pg.Pool({ connectionString: url, max: 3 })
    pool.on('error', () => {})
    return { check: postgresCheck(() => pool.query({ text: 'SELECT $1::int', values: [1] })), close: () => pool.end() }
  },
  async postgres(url) {
    const sql = postgresJs(url, { max: 3, backoff: () => 0.05, onnotice: () => {} })
    return { check: postgresCheck(sql), close: () => sql.end({ timeout: 0 }) }
  },
  ...(isBun && {
    async 'SQL of Bun'(url: string) {
      const { SQL } = await import(bun)
      const sql = new SQL(url, { max: 3 })
      return { check: postgresCheck(sql), close: () => sql.close({ timeout: 0 }) }
    },
  }),
}

const redis: Record<string, Connect> = {
  async ioredis(url) {
    const client = new Redis(url, { retryStrategy: () => 50 })
    client.on('error', () => {})
    return { check: redisCheck(client), close: () => client.disconnect() }
  },
  async 'node-redis'(url) {
    const client = createClient({ url, socket: { reconnectStrategy: () => 50 } })
    client.on('error', () => {})
    await client.connect()
    return { check: redisCheck(client), close: () => client.destroy() }
  },
  ...(isBun && {
    async 'RedisClient of Bun'(url: string) {
      const { RedisClient } = await import(bun)
      const client = new RedisClient(url, { maxRetries: 1_000 })
      return { check: redisCheck(client), close: () => client.close() }
    },
  }),
}

interface Service {
  readonly app: Hono
  /** Asks once, and fails when the answer is not there soon after the timeout. */
  ask(): Promise<number>
  /** Asks until the answer is this, within 8 s. */
  until(status: number): Promise<void>
}

function serviceWith(check: BuiltInCheck): Service {
  const app = new Hono().use(health({ logger: false, ttl: 0, timeout, checks: { it: check } }))
  async function ask(): Promise<number> {
    const start = performance.now()
    const { status } = await app.request('/healthz')
    expect(performance.now() - start).toBeLessThan(timeout + 500)
    return status
  }
  async function until(status: number): Promise<void> {
    const end = performance.now() + 8_000
    while ((await ask()) !== status) {
      if (performance.now() > end) throw new Error(`/healthz was not ${status} within 8 s`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { app, ask, until }
}

/** Every client goes through the same: frozen and thawed, stopped and started again. */
function outages(clients: Record<string, Connect>, promise: string, server: () => OwnServer): void {
  for (const [name, connect] of Object.entries(clients)) {
    const run = async (): Promise<void> => {
      const { check, close } = await connect(server().url)
      const { app, ask, until } = serviceWith(check)
      try {
        await until(200)
        server().freeze()
        for (let i = 0; i < 4; i++) expect(await ask()).toBe(503)
        expect((await app.request('/readyz')).status).toBe(200)
        expect((await app.request('/livez')).status).toBe(200)
        server().thaw()
        await until(200)
        await server().stop()
        for (let i = 0; i < 4; i++) expect(await ask()).toBe(503)
        expect((await app.request('/readyz')).status).toBe(200)
        await server().start()
        await until(200)
      } finally {
        server().thaw()
        await close()
      }
    }
    test(`${name}: frozen and stopped are seen within the timeout, and recovered from (health/${promise})`, run, 30_000)
  }
}

describe.skipIf(skipPostgres())('PostgreSQL', () => {
  let server: OwnServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 30_000)
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })
  outages(postgres, '32', () => server)
})

describe.skipIf(skipRedis())('Redis', () => {
  let server: OwnServer
  beforeAll(async () => {
    server = await startRedis()
  }, 30_000)
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })
  outages(redis, '33', () => server)

  test('a frozen server still accepts connections, which is all that tcpCheck sees (health/37)', async () => {
    const { check, close } = await (redis['ioredis']?.(server.url) ?? expect.unreachable())
    const checks = { asked: check, connected: tcpCheck({ host: '127.0.0.1', port: server.port }) }
    const part = health({ logger: false, ttl: 0, timeout, checks })
    server.freeze()
    const report = await part.check()
    server.thaw()
    close()
    expect([report.checks['asked']?.status, report.checks['connected']?.status]).toEqual(['fail', 'pass'])
  })
})
