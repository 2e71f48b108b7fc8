import fc from 'fast-check'
import { Hono } from 'hono'
import { handler, stack, middleware, type MaybePromise, type Middleware } from '@seaworthy/middleware'
import { describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { serve as listen, type Fetch } from '../../../test/support/serve.ts'
import { bodyLimit } from './index.ts'

type Answer = (request: Request) => MaybePromise<Response>

/** The ways in which a middleware can be mounted round a handler. */
const doors: readonly (readonly [string, (mw: Middleware, answer: Answer) => Fetch])[] = [
  [
    'app.use',
    (mw, answer) =>
      new Hono()
        .use(mw)
        .post('/', (c) => answer(c.req.raw))
        .onError((e, c) => c.text(e.message, 500)).fetch,
  ],
  [
    'a route',
    (mw, answer) => new Hono().post('/', mw, (c) => answer(c.req.raw)).onError((e, c) => c.text(e.message, 500)).fetch,
  ],
  [
    'a sub-application',
    (mw, answer) =>
      new Hono().route(
        '/',
        new Hono()
          .use(mw)
          .post('/', (c) => answer(c.req.raw))
          .onError((e, c) => c.text(e.message, 500)),
      ).fetch,
  ],
  ['handler', (mw, answer) => handler(mw, answer)],
  ['stack', (mw, answer) => handler(stack(middleware({}), mw), answer)],
]

const echo: Answer = async (request) => new Response(await request.text())
const post = (headers: string): string => `POST / HTTP/1.1\r\nHost: test\r\n${headers}\r\n\r\n`

/** A body of which the length is not stated. */
function streamed(...chunks: readonly string[]): Request {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
  return new Request('http://test/', { method: 'POST', body, duplex: 'half' })
}

describe.each(doors)('bodyLimit() mounted by %s', (_door, mount) => {
  test('answers 413 from Content-Length, before anything has come (server/31)', async () => {
    let calls = 0
    await using server = await listen(mount(bodyLimit(10), () => (calls++, new Response('read'))))
    using socket = RawSocket.connect(server.port).write(post('Content-Length: 11'))
    expect(await socket.untilText('}')).toMatch(/^HTTP\/1.1 413[\s\S]*application\/problem\+json/)
    expect(calls).toBe(0)
  })

  test('lets a body of the limit through, stated or not (server/31)', async () => {
    await using server = await listen(mount(bodyLimit(10), echo))
    using stated = RawSocket.connect(server.port).write(`${post('Content-Length: 10')}0123456789`)
    expect(await stated.untilText('0123456789')).toContain('200')
    using chunked = RawSocket.connect(server.port).write(
      `${post('Transfer-Encoding: chunked')}5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n`,
    )
    expect(await chunked.untilText('0123456789')).toContain('200')
  })

  test('answers 413 while the body streams, whatever the handler makes of the failed read (server/32)', async () => {
    const handlers: readonly Answer[] = [
      echo,
      (request) =>
        request.text().then(
          () => new Response('whole'),
          () => new Response('swallowed'),
        ),
      async (request) => {
        for await (const _ of request.body ?? []) continue
        return new Response('read')
      },
    ]
    for (const answer of handlers) {
      await using server = await listen(mount(bodyLimit(10), answer))
      using socket = RawSocket.connect(server.port)
      socket.write(`${post('Transfer-Encoding: chunked')}5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n`)
      expect(await socket.untilText('}')).toMatch(/^HTTP\/1.1 413/)
    }
  })

  test('holds for a Request of which the length is not stated (server/32)', async () => {
    const fetch = mount(bodyLimit(10), echo)
    expect(await (await fetch(streamed('01234', '56789'), undefined as never)).text()).toBe('0123456789')
    expect((await fetch(streamed('01234', '567890'), undefined as never)).status).toBe(413)
  })
})

describe('bodyLimit()', () => {
  test('counts when the stated length is no number (server/32)', async () => {
    for (const length of ['many', '-1', '1e1', '0x1', '']) {
      const request = new Request(streamed('01234', '567890'), { headers: { 'content-length': length } })
      expect((await handler(bodyLimit(10), echo)(request)).status).toBe(413)
    }
  })

  test('asks no more of an endless body than the limit (server/32)', async () => {
    let given = 0
    const body = new ReadableStream(
      {
        pull(controller) {
          given++
          controller.enqueue(new Uint8Array(10))
        },
      },
      { highWaterMark: 0 },
    )
    const request = new Request('http://test/', { method: 'POST', body, duplex: 'half' })
    const response = await handler(bodyLimit(100), echo)(request)
    expect(response.status).toBe(413)
    expect(given).toBeLessThanOrEqual(12)
  })

  test('leaves a body alone that nobody reads (server/32)', async () => {
    const response = await handler(bodyLimit(1), () => new Response('not read'))(streamed('0123456789'))
    expect(await response.text()).toBe('not read')
  })

  test('the lower of two limits holds (server/33)', async () => {
    const app = new Hono().use(bodyLimit(100)).post('/', bodyLimit(10), (c) => echo(c.req.raw))
    const ask = async (length: number): Promise<number> =>
      (
        await app.request('/', {
          method: 'POST',
          body: 'x'.repeat(length),
          headers: { 'content-length': String(length) },
        })
      ).status
    expect([await ask(10), await ask(11), await ask(101)]).toEqual([200, 413, 413])
  })

  test('lets requests without a body pass (server/31)', async () => {
    const fetch = handler(bodyLimit(0), () => new Response('ok'))
    for (const method of ['GET', 'HEAD', 'DELETE', 'POST']) {
      expect((await fetch(new Request('http://test/', { method }))).status).toBe(200)
    }
  })

  test('counts bytes, however they are cut into chunks (server/32)', async () => {
    const fetch = handler(
      bodyLimit(50),
      async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 8 }), async (chunks) => {
        const length = new TextEncoder().encode(chunks.join('')).byteLength
        const response = await fetch(streamed(...chunks))
        if (length > 50) expect(response.status).toBe(413)
        else expect(await response.text()).toBe(String(length))
      }),
      { numRuns: Math.min(2_000, Number(process.env['FUZZ_RUNS'] ?? 1_000)) },
    )
  })

  test('keeps a synchronous answer synchronous', () => {
    const response = handler(bodyLimit(1), () => new Response('now'))(new Request('http://test/'))
    expect(response).toBeInstanceOf(Response)
  })

  test('refuses what is no size (server/33)', () => {
    // @ts-expect-error Not a size.
    expect(() => bodyLimit('1 MB')).toThrow(expect.objectContaining({ code: 'ERR_SIZE' }))
  })
})
