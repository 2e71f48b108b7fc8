import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

const installed = hasRedis()
if (!installed && process.env['REQUIRE_SERVICES'] !== '1')
  console.log('redis-server is not installed: its tests are skipped')

describe.skipIf(!installed && process.env['REQUIRE_SERVICES'] !== '1')('redisCommand', () => {
  const directory = mkdtempSync(join(tmpdir(), 'redis-'))
  let server: ChildProcess
  let url: string

  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', directory]
    server = spawn('redis-server', args, { stdio: 'ignore' })
    await untilListening(port)
  })

  afterAll(() => {
    server.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  for (const [name, connectTo] of Object.entries(connectors)) {
    test(`${name}: texts, integers, null and arrays arrive alike (middleware/42)`, async () => {
      const { client, close } = await connectTo(url)
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
      const { client, close } = await connectTo(url)
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
      const { client, close } = await connectTo(url)
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

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function messageOf(reply: Promise<unknown>): Promise<string> {
  return reply.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : typeof error),
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

async function untilListening(port: number): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await accepts(port))) {
    if (performance.now() > deadline) throw new Error('redis-server did not start within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
