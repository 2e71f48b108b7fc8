import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'

const source = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Runs a module in a process of its own, on the runtime of the test. */
function run(code: string): ChildProcess {
  const options = 'Bun' in globalThis ? [] : ['--input-type=module']
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const child = spawn(process.execPath, [...options, '-e', code], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
  })
}

const replica = (redis: string): string => `
  import { Redis } from 'ioredis'
  import { Hono } from 'hono'
  import { serve } from ${source('../../../test/support/serve.ts')}
  import { rateLimit, redisStore } from ${source('./index.ts')}

  const store = redisStore(new Redis(${JSON.stringify(redis)}), { timeout: '5s' })
  const policies = [{ name: 'hourly', limit: 100, window: '1h' }, { name: 'daily', limit: 1000, window: '24h' }]
  const app = new Hono()
  app.use(rateLimit({ name: 'it', by: 'address', policies, store, onStoreError: 'deny' }))
  app.get('/', (c) => c.text('hello'))
  console.log((await serve(app.fetch)).url)
`

describe.skipIf(skipRedis())('four processes', () => {
  test('that share a Redis allow exactly 100 of 200 requests at once (rate-limit/23)', async () => {
    await using server = await startRedis()
    const urls = await Promise.all(Array.from({ length: 4 }, () => firstLine(run(replica(server.url)))))
    expect(new Set(urls).size).toBe(4)
    const requests = Array.from({ length: 200 }, (_, n) => fetch(urls[n % 4] ?? ''))
    const responses = await Promise.all(requests)
    const seen = responses.map(({ status }) => status)
    expect(seen.filter((status) => status === 200)).toHaveLength(100)
    expect(seen.filter((status) => status === 429)).toHaveLength(100)
    const remaining = responses.map(({ headers }) => /"daily";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
    expect(new Set(remaining).size).toBe(100)
    expect(Math.min(...remaining.map(Number))).toBe(900)

    const redis = new Redis(server.url)
    expect(await redis.keys('*')).toHaveLength(2)
    redis.disconnect()
  })
})

describe('a process', () => {
  test('ends by itself although a memory store counts (rate-limit/22)', async () => {
    const child = run(`
      import { rateLimit } from ${source('./index.ts')}
      const limiter = rateLimit({ name: 'it', by: 'address', policies: [{ name: 'p', limit: 1, window: '24h' }] })
      for (let i = 0; i < 1000; i++) limiter.consume('key ' + i)
      console.log(limiter.consume('key 1').allowed)
    `)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    expect(await firstLine(child)).toBe('false')
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late').unref())
    expect(await Promise.race([exited, late])).toBe(0)
  })
})
