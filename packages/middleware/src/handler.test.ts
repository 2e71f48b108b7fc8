import { H3 } from 'h3'
import { describe, expect, test, vi } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { exchange, handler, middleware, requestId, stack } from './index.ts'

const runtime = 'Bun' in globalThis ? 'bun' : 'node'

describe('handler()', () => {
  test('answers synchronously when nothing was asynchronous (middleware/12)', async () => {
    const observers = stack(requestId(), middleware({ before() {}, after() {}, settled() {} }))
    const request = new Request('http://localhost/')
    expect(handler(observers, () => Response.json(1))(request)).toBeInstanceOf(Response)
    expect(handler(middleware({ before: () => Response.json(2) }), () => Response.json(1))(request)).toBeInstanceOf(
      Response,
    )
    expect(handler(middleware({ around: (_x, next) => next() }), () => Response.json(1))(request)).toBeInstanceOf(
      Response,
    )
    expect(handler(middleware({ scope: (_x, run) => run() }), () => Response.json(1))(request)).toBeInstanceOf(Response)
    expect(handler(observers, async () => Response.json(1))(request)).toBeInstanceOf(Promise)
    expect(handler(middleware({ before: async () => undefined }), () => Response.json(1))(request)).toBeInstanceOf(
      Promise,
    )
  })

  test('passes further arguments on, and the very request (middleware/13)', async () => {
    const given: unknown[] = []
    const fetch = handler(requestId(), (...all: [Request, object, number]) => {
      given.push(...all)
      return new Response()
    })
    const request = new Request('http://localhost/')
    const env = { incoming: undefined }
    await fetch(request, env, 7)
    expect(given).toEqual([request, env, 7])
    expect(given[0]).toBe(request)
    expect(given[1]).toBe(env)
  })

  test("passes what this runtime's server hands over (middleware/13) (middleware/14)", async () => {
    let env: unknown
    await using server = await serve(
      handler(requestId(), (_request: Request, second: object) => {
        env = second
        return new Response('ok')
      }) as never,
    )
    const response = await fetch(server.url)
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{22}$/)
    expect(env).toHaveProperty(runtime === 'bun' ? 'requestIP' : 'outgoing')
  })

  test('sends no content for HEAD, whoever answered (middleware/39)', async () => {
    const head = new Request('http://localhost/', { method: 'HEAD' })
    for (const fetch of [
      handler(requestId(), () => Response.json({ a: 1 })),
      handler(middleware({ before: () => Response.json({ a: 1 }) }), () => new Response()),
    ]) {
      const response = await fetch(head)
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
        ...[200, 'application/json', ''].map((value, i) => (i === 1 ? expect.stringContaining(String(value)) : value)),
      ])
    }
  })
})

describe('other servers', () => {
  test('srvx takes a middleware as its own (middleware/14)', async () => {
    const seen: string[] = []
    const observer = middleware({
      after: (x, response) => void seen.push(`after ${x.peer} ${response.status}`),
      settled: (_x, { status, aborted }) => void seen.push(`settled ${status} ${aborted}`),
    })
    const { serve: srvx } = runtime === 'bun' ? await import('srvx/bun') : await import('srvx/node')
    const server = srvx({
      port: 0,
      hostname: '127.0.0.1',
      silent: true,
      middleware: [requestId(), observer],
      fetch: (request) => Response.json({ id: exchange(request).requestId }),
    })
    await server.ready()
    try {
      const response = await fetch(server.url ?? '')
      expect(await response.json()).toEqual({ id: response.headers.get('x-request-id') })
      for (let i = 0; seen.length < 2 && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 5))
      expect(seen).toEqual(['after 127.0.0.1 200', 'settled 200 false'])
    } finally {
      await server.close(true)
    }
  })

  test('h3 is wrapped (middleware/14)', async () => {
    const h3 = new H3().get('/x/:id', (event) => ({
      id: event.context.params?.['id'],
      request: exchange(event.req).requestId,
    }))
    const fetch = handler(requestId(), (request: Request) => h3.fetch(request))
    const response = await fetch(new Request('http://localhost/x/7'))
    expect(await response.json()).toEqual({ id: '7', request: response.headers.get('x-request-id') })
  })

  test("an event of h3's own middleware is refused, showing the right line (middleware/15)", async () => {
    const part = requestId()
    let refusal: unknown
    const h3 = new H3().use((event, next) => {
      try {
        return part(event as never, next as never)
      } catch (error) {
        refusal = error
        return next()
      }
    })
    h3.get('/', () => 'ok')
    await h3.fetch(new Request('http://localhost/'))
    expect(refusal).toMatchObject({
      code: 'ERR_UNSUPPORTED_HOST',
      message: expect.stringContaining('handler(mw, (request) => h3.fetch(request))'),
    })
  })
})

test('the source of a stream that HEAD makes nobody read is let go (middleware/39)', async () => {
  const cancel = vi.fn()
  const streams = handler(requestId(), () => new Response(new ReadableStream({ cancel })))
  const response = await streams(new Request('http://localhost/', { method: 'HEAD' }))
  expect(response.body).toBeNull()
  await eventually(() => cancel.mock.calls.length === 1, 'the end of the stream')
})
