import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { exchange, handler, requestId, stack, type RequestIdOptions } from './index.ts'

const send = async (options?: RequestIdOptions, sent?: string): Promise<string> => {
  const headers: Record<string, string> = sent === undefined ? {} : { 'x-request-id': sent }
  const response = await new Hono()
    .use(requestId(options))
    .get('/', (c) => c.text('ok'))
    .request('/', { headers })
  return response.headers.get('x-request-id') ?? ''
}

describe('an id', () => {
  test('is made with 132 random bits in 22 URL-safe characters, and never twice (middleware/36)', async () => {
    const ids = new Set<string>()
    const app = new Hono().use(requestId()).get('/', (c) => c.text(exchange(c).requestId ?? ''))
    const bits = new Set<string>()
    for (let i = 0; i < 2_000; i++) {
      const id = await (await app.request('/')).text()
      expect(id).toMatch(/^[\w-]{22}$/)
      ids.add(id)
      for (const [at, character] of [...id].entries()) bits.add(`${at}${character}`)
    }
    expect(ids.size).toBe(2_000)
    expect(bits.size).toBe(22 * 64)
  })

  test('of the client is not taken over unless told (middleware/36)', async () => {
    expect(await send({}, 'from-client')).not.toBe('from-client')
    expect(await send({ accept: true }, 'from-client')).toBe('from-client')
  })

  test.each(['a b', 'a\u00e9', '<script>', 'a'.repeat(129), 'a,b', 'a;b', '"a"'])(
    'of the client is not taken over as %j (middleware/36)',
    async (sent) => {
      expect(await send({ accept: true }, sent)).toMatch(/^[\w-]{22}$/)
    },
  )

  test.each(['a', 'A-z_0.9=+/', 'x'.repeat(128)])('of the client is taken over as %j (middleware/36)', async (sent) => {
    expect(await send({ accept: true }, sent)).toBe(sent)
  })

  test('comes from the given maker, under the given header (middleware/36)', async () => {
    const app = new Hono().use(requestId({ header: 'trace-no', generate: () => '7' }))
    expect((await app.request('/')).headers.get('trace-no')).toBe('7')
  })

  test('header must be a header name (middleware/36)', () => {
    expect(() => requestId({ header: 'x request id' })).toThrow(
      expect.objectContaining({ code: 'ERR_REQUEST_ID_HEADER' }),
    )
  })
})

test('stands on every response, and is the one of the exchange (middleware/37)', async () => {
  const app = new Hono().use(requestId()).get('/', (c) => c.text(exchange(c).requestId ?? ''))
  app.get('/throws', () => {
    throw new Error('boom')
  })
  app.get('/throws-a-string', () => {
    throw 'boom'
  })
  app.onError((_error, c) => c.text('failed', 500))
  const response = await app.request('/')
  expect(response.headers.get('x-request-id')).toBe(await response.text())
  for (const [path, status] of [
    ['/none', 404],
    ['/throws', 500],
    ['/throws-a-string', 500],
  ] as const) {
    const answer = await app.request(path)
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([status, expect.stringMatching(/^[\w-]{22}$/)])
  }
  const fetched = await handler(stack(requestId()), () => Response.redirect('http://localhost/x'))(
    new Request('http://localhost/'),
  )
  expect(fetched.headers.get('x-request-id')).toMatch(/^[\w-]{22}$/)
})
