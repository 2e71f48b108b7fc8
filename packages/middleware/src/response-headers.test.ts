import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../test/support/serve.ts'
import { handler, middleware, stack } from './index.ts'

const sets = middleware({
  before: (x) => {
    x.setHeader('x-set', 'first')
    x.appendHeader('vary', 'accept')
  },
  after: (x) => {
    x.setHeader('x-set', 'last')
    x.appendHeader('vary', 'origin')
  },
})

let upstream: Running
beforeAll(async () => {
  upstream = await serve(() => new Response('fetched', { headers: { 'x-upstream': '1', vary: 'cookie' } }))
})
afterAll(() => upstream[Symbol.asyncDispose]())

const responses: Record<string, () => Response | Promise<Response>> = {
  'a raw response': () => new Response('raw'),
  'a fetched response': () => fetch(upstream.url),
  'a redirect': () => Response.redirect('http://localhost/elsewhere', 303),
  'a 204': () => new Response(null, { status: 204 }),
  'a 304': () => new Response(null, { status: 304 }),
  'a JSON response': () => Response.json({ a: 1 }),
  'an error': () => {
    throw new Error('boom')
  },
}

describe.each(Object.entries(responses))('headers reach %s', (name, answer) => {
  const app = new Hono()
    .onError((_e, c) => c.text('failed', 500))
    .use(sets, middleware({}))
    .get('/', answer)

  test.each([
    ['app.request', async () => app.request('/')],
    [
      'handler()',
      async () =>
        handler(
          stack(sets),
          name === 'an error' ? () => new Response('x', { status: 500 }) : answer,
        )(new Request('http://localhost/')),
    ],
    [
      'handler() round Hono',
      async () => handler(middleware({}), (r: Request) => app.fetch(r))(new Request('http://localhost/')),
    ],
  ] as const)('by %s (middleware/20)', async (_door, send) => {
    const response = await send()
    expect(response.headers.get('x-set')).toBe('last')
    expect(response.headers.get('vary')).toContain('accept, origin')
    if (name === 'a fetched response') {
      expect(response.headers.get('x-upstream')).toBe('1')
      expect(await response.text()).toBe('fetched')
    }
    if (name === 'a redirect')
      expect([response.status, response.headers.get('location')]).toEqual([303, 'http://localhost/elsewhere'])
  })

  test('on a real server (middleware/20)', async () => {
    await using server = await serve(app.fetch)
    const response = await fetch(server.url, { redirect: 'manual' })
    expect(response.headers.get('x-set')).toBe('last')
    expect(response.headers.get('vary')).toContain('accept, origin')
  })
})

test('the default 404 and 500 have them as well (middleware/20)', async () => {
  const app = new Hono().use(sets)
  app.get('/broken', () => {
    throw 'no error'
  })
  for (const path of ['/none', '/broken']) expect((await app.request(path)).headers.get('x-set')).toBe('last')
})

test('Response.error() is left alone (middleware/22)', async () => {
  const response = await handler(stack(sets), () => Response.error())(new Request('http://localhost/'))
  expect([response.status, response.type]).toEqual([0, 'error'])
})

test('a name or a value that no header may have is refused where it is set (middleware/20)', async () => {
  const refused: unknown[] = []
  const bad = middleware({
    before(x) {
      for (const [name, value] of [
        ['x-bad', 'a\r\nb'],
        ['x-bad', '\u0000'],
        ['x-bad', 'snow \u2603'],
        ['x bad', 'a'],
        ['', 'a'],
      ] as const) {
        for (const set of [() => x.setHeader(name, value), () => x.appendHeader(name, value)]) {
          try {
            set()
          } catch (error) {
            refused.push(error)
          }
        }
      }
      x.setHeader('x-good', 'caf\u00e9')
    },
  })
  const response = await new Hono()
    .use(bad)
    .get('/', (c) => c.text('ok'))
    .request('/')
  expect(refused).toHaveLength(10)
  expect(refused).toEqual(Array(10).fill(expect.objectContaining({ code: 'ERR_HEADER' })))
  expect([response.status, response.headers.get('x-good')]).toEqual([200, 'caf\u00e9'])
})
