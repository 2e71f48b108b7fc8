import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { Hono } from 'hono'
import { beforeEach, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { memoryStore, rateLimit, type RateLimiter, type RateLimitOptions } from './index.ts'

let clock: TestClock

beforeEach(() => {
  clock = createTestClock(1_700_000_000_000)
})

/** A limit of 2 in a minute by the header `key`, unless told otherwise. */
function limit(options: Pick<RateLimitOptions, 'headers'> & Partial<Pick<RateLimitOptions, 'policies'>>): RateLimiter {
  return rateLimit({
    name: 'it',
    by: (x) => x.header('key') ?? 'nobody',
    policies: [{ name: 'per-key', limit: 2, window: '1m' }],
    store: memoryStore({ clock }),
    ...options,
  })
}

function asker(limiter: RateLimiter): () => Promise<Response> {
  const app = new Hono().use(limiter).get('/', (c) => c.text('hello'))
  return async () => app.request('/')
}

test('headers are on raw, immutable, empty and failed responses, over a socket (rate-limit/18)', async () => {
  const app = new Hono().use(limit({ policies: [{ name: 'p', limit: 100, window: '1m' }] }))
  app.get('/raw', () => new Response('raw'))
  app.get('/redirect', () => Response.redirect('http://localhost/raw'))
  app.get('/empty', () => new Response(null, { status: 204 }))
  app.get('/not-modified', () => new Response(null, { status: 304 }))
  app.get('/fails', () => {
    throw new Error('no')
  })
  app.get('/fetched', async (c) => fetch(new URL('/raw', c.req.url), { headers: { key: 'inner' } }))
  app.onError((_, c) => c.text('failed', 500))
  await using server = await serve(app.fetch)
  const paths = { '/raw': 200, '/redirect': 302, '/empty': 204, '/not-modified': 304, '/fails': 500, '/nothing': 404 }
  let remaining = 100
  for (const [path, status] of Object.entries(paths)) {
    remaining--
    const response = await fetch(`${server.url}${path}`, { redirect: 'manual' })
    await response.arrayBuffer()
    expect([path, response.status]).toEqual([path, status])
    expect(response.headers.get('ratelimit-policy')).toBe('"p";q=100;w=60')
    expect(response.headers.get('ratelimit')).toBe(`"p";r=${remaining};t=${Math.ceil(remaining * 0.6)}`)
  }
  const proxied = await fetch(`${server.url}/fetched`)
  expect(await proxied.text()).toBe('raw')
  expect(proxied.headers.get('ratelimit')).toBe('"p";r=99;t=60, "p";r=93;t=56')
  const head = await fetch(`${server.url}/raw`, { method: 'HEAD' })
  expect(head.headers.get('ratelimit')).toBe('"p";r=92;t=56')
})

test('headers can be the three older ones, of the tightest policy (rate-limit/20)', async () => {
  const policies = [
    { name: 'minute', limit: 3, window: '1m' },
    { name: 'hour', limit: 4, window: '1h' },
  ] as const
  const ask = asker(limit({ headers: 'legacy', policies }))
  const fields = async (): Promise<(string | null)[]> => {
    const { headers } = await ask()
    return ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'ratelimit'].map((n) => headers.get(n))
  }
  expect(await fields()).toEqual(['3', '2', '1700000040', null])
  await fields()
  expect(await fields()).toEqual(['3', '0', '1700000020', null])
  expect(await fields()).toEqual(['3', '0', '1700000020', null])
  clock.advance('1m')
  expect(await fields()).toEqual(['4', '0', '1700000900', null])
  const refused = await ask()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '840'])
})

test('headers can be left out, all but Retry-After (rate-limit/20)', async () => {
  const ask = asker(limit({ headers: false }))
  await ask()
  expect([...(await ask()).headers.keys()].filter((name) => name !== 'content-type')).toEqual([])
  const refused = await ask()
  expect([...refused.headers.keys()].toSorted()).toEqual(['cache-control', 'content-type', 'retry-after'])
})

test('no policy asks for a longer pause than Retry-After (rate-limit/16)', async () => {
  const policies = [
    { name: 'second', limit: 1, window: '1s' },
    { name: 'day', limit: 10, window: '24h' },
  ] as const
  const ask = asker(limit({ policies }))
  expect((await ask()).headers.get('ratelimit')).toBe('"second";r=0;t=1, "day";r=9;t=77760')
  const refused = await ask()
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.headers.get('ratelimit')).toBe('"second";r=0;t=1, "day";r=9;t=1')
})
