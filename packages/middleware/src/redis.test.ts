import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { isRedisClient, redisCommand, type RedisClient } from './redis.ts'
import { isSeaworthyError } from './seaworthy-error.ts'

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
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
}

if ('Bun' in globalThis) {
  const bun: string = 'bun'
  connectors['Bun'] = async (url) => {
    const { RedisClient: Client } = await import(bun)
    const client = new Client(url)
    return { client, close: () => client.close() }
  }
}

describe.skipIf(skipRedis())('redisCommand', () => {
  let server: OwnServer

  beforeAll(async () => {
    server = await startRedis()
  })

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  for (const [name, connectTo] of Object.entries(connectors)) {
    test(`${name}: texts, integers, null and arrays arrive alike (middleware/42)`, async () => {
      const { client, close } = await connectTo(server.url)
      const key = `${name}:key`
      try {
        expect(await redisCommand(client, 'PING')).toBe('PONG')
        expect(await redisCommand(client, 'SET', key, 'vålue', 'PX', 60_000)).toBe('OK')
        expect(await redisCommand(client, 'GET', key)).toBe('vålue')
        expect(await redisCommand(client, 'GET', `${key}:absent`)).toBe(null)
        expect(await redisCommand(client, 'INCRBY', `${key}:count`, 41)).toBe(41)
        expect(await redisCommand(client, 'incr', `${key}:count`)).toBe(42)
        expect(await redisCommand(client, 'EVAL', 'return {1, ARGV[1], {KEYS[1], 2}}', 1, key, 'a b')).toEqual([
          1,
          'a b',
          [key, 2],
        ])
        expect(await redisCommand(client, 'MGET', key, `${key}:absent`)).toEqual(['vålue', null])
      } finally {
        await close()
      }
    })

    test(`${name}: an error of Redis rejects and begins with its code (middleware/42)`, async () => {
      const { client, close } = await connectTo(server.url)
      try {
        await redisCommand(client, 'SET', `${name}:text`, 'x')
        expect(await messageOf(redisCommand(client, 'LPUSH', `${name}:text`, 'y'))).toMatch(/^WRONGTYPE /)
        expect(await messageOf(redisCommand(client, 'EVALSHA', '0'.repeat(40), 0))).toMatch(/^NOSCRIPT /)
        expect(await redisCommand(client, 'PING')).toBe('PONG')
      } finally {
        await close()
      }
    })

    test(`${name}: commands sent at once are answered in order (middleware/42)`, async () => {
      const { client, close } = await connectTo(server.url)
      try {
        const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => redisCommand(client, 'ECHO', n)))
        expect(replies).toEqual(Array.from({ length: 200 }, (_, n) => `${n}`))
      } finally {
        await close()
      }
    })
  }
})

test('an ioredis client is used through its call, not its sendCommand (middleware/42)', async () => {
  const client = {
    call: async (...words: string[]) => words,
    sendCommand: () => Promise.reject(new Error('it wants a command object')),
  }
  expect(await redisCommand(client, 'SET', 'key', 1)).toEqual(['SET', 'key', '1'])
})

test('what is no client is refused with what to pass instead (middleware/42)', () => {
  for (const value of [undefined, null, 'redis://localhost', {}, { call: true }, () => {}]) {
    expect(isRedisClient(value)).toBe(false)
    let thrown: unknown
    try {
      // @ts-expect-error Not a client.
      void redisCommand(value, 'PING')
    } catch (error) {
      thrown = error
    }
    expect(isSeaworthyError(thrown) && thrown.code).toBe('ERR_REDIS_CLIENT')
    expect(String(thrown)).toContain('Pass a client of "ioredis"')
  }
})

async function messageOf(reply: Promise<unknown>): Promise<string> {
  return reply.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : typeof error),
  )
}
