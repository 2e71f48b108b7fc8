import { connect } from 'node:net'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  handler,
  isProbe,
  middleware,
  requestId,
  setHookErrorReporter,
  stack,
  type Middleware,
} from '@seaworthy/middleware'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { createLogger, requestLog, type Logger, type RequestLogOptions } from './index.ts'
import { memoryOutput, type MemoryOutput, type MemoryRecord } from './testing.ts'

interface Observed {
  readonly logger: Logger
  readonly output: MemoryOutput
  readonly observer: Middleware
}

function observed(options: RequestLogOptions = {}): Observed {
  const output = memoryOutput()
  const logger = createLogger({ outputs: [output], level: 'debug' })
  return { logger, output, observer: requestLog({ logger, ...options }) }
}

type Door = (
  mw: readonly Middleware[],
  answer: () => Response | Promise<Response>,
) => (request: Request) => Response | Promise<Response>

/** The ways in which middleware can be mounted. */
const doors: Readonly<Record<string, Door>> = {
  'one stack in Hono': (mw, answer) =>
    new Hono().use(stack(...mw)).on(['GET', 'POST', 'HEAD'], '/orders/:id', answer).fetch,
  'several uses in Hono': (mw, answer) => {
    const app = new Hono()
    for (const each of mw) app.use(each)
    return app.on(['GET', 'POST', 'HEAD'], '/orders/:id', answer).fetch
  },
  'a sub-application': (mw, answer) => {
    const inner = new Hono().use(stack(...mw)).on(['GET', 'POST', 'HEAD'], '/:id', answer)
    return new Hono().route('/orders', inner).fetch
  },
  'plain Fetch': (mw, answer) => handler(stack(...mw), answer, { route: () => '/orders/:id' }),
}

const url = 'http://localhost/orders/7?token=canary'

async function answered(response: Response | Promise<Response>): Promise<Response> {
  const settled = await response
  await settled.text()
  return settled
}

/** The line of one request, alone in its output. */
async function lineOf(
  door: Door,
  options: RequestLogOptions,
  answer: () => Response | Promise<Response>,
  init?: RequestInit,
): Promise<MemoryRecord> {
  const { output, observer } = observed(options)
  await answered(door([requestId({ generate: () => 'r-1' }), observer], answer)(new Request(url, init)))
  expect(output.records).toHaveLength(1)
  const [line] = output.records
  if (line === undefined) throw new Error('no line')
  return line
}

describe('an access line', () => {
  for (const [name, door] of Object.entries(doors)) {
    test(`tells what happened under OpenTelemetry's names, through ${name} (log/14) (log/43) (log/49)`, async () => {
      const init = { method: 'POST', body: 'hello', headers: { 'content-length': '5' } }
      const answer = (): Response => new Response('abc', { status: 201, headers: { 'content-length': '3' } })
      const line = await lineOf(door, {}, answer, init)
      expect(line).toEqual({
        time: expect.any(String),
        level: 'info',
        msg: 'POST /orders/7 201',
        requestId: 'r-1',
        fields: {
          'http.request.method': 'POST',
          'http.route': '/orders/:id',
          'url.path': '/orders/7',
          'http.response.status_code': 201,
          duration_ms: expect.any(Number),
          'http.request.body.size': 5,
          'http.response.body.size': 3,
        },
      })
    })

    test(`has a level by its status, through ${name} (log/45) (log/49)`, async () => {
      for (const [status, level] of [
        [200, 'info'],
        [302, 'info'],
        [404, 'info'],
        [499, 'info'],
        [500, 'error'],
        [503, 'error'],
      ] as const) {
        expect(await lineOf(door, {}, () => new Response(null, { status }))).toMatchObject({ level })
      }
    })

    test(`is one when requestLog is mounted twice, by the outer one, through ${name} (log/49)`, async () => {
      const outer = observed()
      const inner = observed()
      await answered(door([outer.observer, inner.observer], () => new Response())(new Request(url)))
      expect([outer.output.records.length, inner.output.records.length]).toEqual([1, 0])
    })
  }

  const door = doors['plain Fetch'] as Door

  test('holds no query, header or body (log/44)', async () => {
    const init = { method: 'POST', body: 'canary', headers: { authorization: 'canary', 'user-agent': 'canary' } }
    const answer = (): Response => new Response('canary', { status: 500, headers: { 'x-answer': 'canary' } })
    expect(JSON.stringify(await lineOf(door, {}, answer, init))).not.toContain('canary')
    // The control: what is asked for is there.
    const asked = await lineOf(door, { fields: (x) => ({ agent: x.header('user-agent') }) }, answer, init)
    expect(asked.fields['agent']).toBe('canary')
  })

  test('has the level and the fields that are asked for (log/45)', async () => {
    const line = await lineOf(
      door,
      {
        level: (_, { status }) => (status === 404 ? 'warn' : 'info'),
        fields: (x, { status }) => ({ tenant: x.url.length, status, 'url.path': 'mine' }),
      },
      () => new Response(null, { status: 404 }),
    )
    expect(line).toMatchObject({ level: 'warn', fields: { tenant: url.length, status: 404, 'url.path': 'mine' } })
    const { output, observer } = observed({ level: () => 'silent' })
    await answered(door([observer], () => new Response())(new Request(url)))
    expect(output.records).toEqual([])
  })

  test('is written though its options throw, and so are their errors (log/43) (log/45)', async () => {
    const thrower = (): never => {
      throw new Error('no')
    }
    const { output, observer } = observed({ ignore: thrower, level: thrower, fields: thrower })
    await answered(door([observer], () => new Response('a'))(new Request(url)))
    const thrown = Array.from({ length: 3 }, () => ({ level: 'error', msg: 'an option of requestLog threw' }))
    expect(output.records).toMatchObject([...thrown, { level: 'info', fields: { 'url.path': '/orders/7' } }])
  })

  test('is not held back, and obeys the level of its logger (log/15) (log/32)', async () => {
    const output = memoryOutput()
    for (const level of ['info', 'error'] as const) {
      const logger = createLogger({ buffer: true, level, outputs: [output] })
      const serve = handler(requestLog({ logger }), () => {
        logger.info('held')
        return new Response()
      })
      await answered(serve(new Request(url)))
    }
    expect(output.messages).toEqual(['GET /orders/7 200'])
  })

  test('carries the ids of the span, wherever the part stands that opens it (log/12) (log/43)', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager())
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
    const traced = middleware({
      scope: (_, run) => context.with(trace.setSpanContext(ROOT_CONTEXT, span), run),
    })
    for (const inside of [true, false]) {
      const { output, observer } = observed()
      const parts = inside ? [traced, observer] : [observer, traced]
      await answered(handler(stack(...parts), () => new Response('a'))(new Request(url)))
      expect(output.records).toMatchObject([{ traceId: span.traceId, spanId: span.spanId }])
    }
    context.disable()
  })

  test('comes after the lines of its request (log/29) (log/43)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ buffer: true, outputs: [output] })
    const serve = handler(requestLog({ logger }), () => {
      logger.info('held')
      return new Response(null, { status: 500 })
    })
    await answered(serve(new Request(url)))
    expect(output.messages).toEqual(['held', 'GET /orders/7 500'])
  })

  test('is written when the body has ended, with the time it took (log/43)', async () => {
    const { output, observer } = observed()
    let end: (() => void) | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        end = () => controller.close()
        controller.enqueue(new TextEncoder().encode('first'))
      },
    })
    const response = await handler(observer, () => new Response(body))(new Request(url))
    const reader = response.body?.getReader()
    await reader?.read()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(output.records).toEqual([])
    end?.()
    await reader?.read()
    await eventually(() => output.records.length === 1, 'the access line')
    expect(output.records[0]?.fields['duration_ms']).toBeGreaterThan(19)
  })

  test('can have a line before it when a request begins (log/48)', async () => {
    const { output, observer } = observed({ start: true })
    const serve = handler(stack(requestId({ generate: () => 'r-1' }), observer), () => {
      expect(output.records).toMatchObject([
        {
          level: 'info',
          msg: 'GET /orders/7 began',
          requestId: 'r-1',
          fields: { 'http.request.method': 'GET', 'url.path': '/orders/7' },
        },
      ])
      return new Response()
    })
    await answered(serve(new Request(url)))
    expect(output.messages).toEqual(['GET /orders/7 began', 'GET /orders/7 200'])
  })
})

describe('requests left out', () => {
  test('are probes by default, and can log all the same (log/47)', async () => {
    const { logger, output, observer } = observed({ start: true })
    const serve = handler(observer, (request: Request) => {
      logger.info(`inside ${new URL(request.url).pathname}`)
      return new Response()
    })
    for (const path of ['/livez', '/readyz', '/metrics', '/orders'])
      await answered(serve(new Request(`http://localhost${path}`)))
    expect(output.messages).toEqual([
      ...['inside /livez', 'inside /readyz', 'inside /metrics'],
      ...['GET /orders began', 'inside /orders', 'GET /orders 200'],
    ])
  })

  test('can be chosen (log/47)', async () => {
    const { output, observer } = observed({ ignore: (x) => isProbe(x) || x.path.startsWith('/assets/') })
    const serve = handler(observer, () => new Response())
    for (const path of ['/assets/a.js', '/livez', '/orders'])
      await answered(serve(new Request(`http://localhost${path}`)))
    expect(output.messages).toEqual(['GET /orders 200'])
  })

  test('hold lines back as others do (log/27) (log/47)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ buffer: true, outputs: [output] })
    const serve = handler(requestLog({ logger }), (request: Request) => {
      logger.info('held')
      return new Response(null, { status: request.headers.has('x-fail') ? 503 : 200 })
    })
    await answered(serve(new Request('http://localhost/readyz')))
    await answered(serve(new Request('http://localhost/readyz', { headers: { 'x-fail': '1' } })))
    expect(output.messages).toEqual(['held'])
  })
})

describe('a request that throws', () => {
  const error = expect.objectContaining({
    type: 'TypeError',
    message: 'broken',
    stack: expect.stringContaining('request-log.test'),
  })

  test('has its error in the access line, in Hono (log/50)', async () => {
    const { output, observer } = observed()
    const app = new Hono().use(observer).get('/', () => {
      throw new TypeError('broken')
    })
    app.onError((_, c) => c.text('sorry', 500))
    await answered(app.request('/'))
    expect(output.records).toMatchObject([{ level: 'error', msg: 'GET / 500', error }])
  })

  test('has its error in the access line, in plain Fetch, where there is no status (log/50)', async () => {
    const { output, observer } = observed()
    const serve = handler(observer, () => Promise.reject(new TypeError('broken')))
    await expect(Promise.resolve(serve(new Request(url)))).rejects.toThrow('broken')
    expect(output.records).toMatchObject([{ level: 'error', msg: 'GET /orders/7', error }])
  })

  test('to refuse has no error in the access line (log/45) (log/50)', async () => {
    const { output, observer } = observed()
    const app = new Hono().use(observer).get('/', () => {
      throw new HTTPException(401, { message: 'who?' })
    })
    await answered(app.request('/'))
    expect(output.records).toMatchObject([{ level: 'info', msg: 'GET / 401' }])
    expect(output.records[0]?.error).toBeUndefined()
  })

  test('in an observer keeps its access line (log/43)', async () => {
    const { output, observer } = observed({ fields: () => ({ a: 1 }) })
    const broken = middleware({
      before() {
        throw new Error('no')
      },
    })
    const restore = setHookErrorReporter(() => undefined)
    await answered(handler(stack(observer, broken), () => new Response())(new Request(url)))
    restore()
    expect(output.records).toMatchObject([
      { level: 'error', msg: 'GET /orders/7 500', fields: { a: 1 }, error: { message: 'no' } },
    ])
  })
})

describe('on a real server', () => {
  test('the line has the client, and comes after the last byte (log/43)', async () => {
    const { output, observer } = observed()
    const app = new Hono()
      .use(requestId({ generate: () => 'r-2' }), observer)
      .get('/orders/:id', (c) => c.json({ a: 1 }))
    await using server = await serve(app.fetch)
    expect(await (await fetch(`${server.url}/orders/7?token=canary`)).json()).toEqual({ a: 1 })
    await eventually(() => output.records.length === 1, 'the access line')
    expect(output.records[0]).toMatchObject({
      msg: 'GET /orders/7 200',
      requestId: 'r-2',
      fields: { 'http.route': '/orders/:id', 'client.address': '127.0.0.1' },
    })
  })

  test('a request aborted before its head says so, with its client and no status (log/45) (log/46)', async () => {
    const { output, observer } = observed()
    let arrived = false
    const app = new Hono().use(observer).get('/slow', async (c) => {
      arrived = true
      await new Promise((resolve) => setTimeout(resolve, 200))
      return c.text('late')
    })
    await using server = await serve(app.fetch)
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    )
    await eventually(() => arrived, 'the request')
    socket.destroy()
    await eventually(() => output.records.length === 1, 'the access line')
    expect(output.records[0]).toMatchObject({ level: 'warn', msg: 'GET /slow aborted' })
    expect(output.records[0]?.fields).toMatchObject({
      'error.type': 'client_disconnect',
      'client.address': '127.0.0.1',
    })
    expect(output.records[0]?.fields).not.toHaveProperty(['http.response.status_code'])
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(output.records).toHaveLength(1)
  })

  test('a request aborted in its body says so (log/45) (log/46)', async () => {
    const { output, observer } = observed()
    const app = new Hono().use(observer).get('/endless', () => {
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(new Uint8Array(16_384))
          await new Promise((resolve) => setTimeout(resolve, 1))
        },
      })
      return new Response(body, {
        headers: { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' },
      })
    })
    await using server = await serve(app.fetch)
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    )
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    await eventually(() => output.records.length === 1, 'the access line')
    expect(output.records[0]).toMatchObject({
      level: 'warn',
      msg: 'GET /endless 200 aborted',
      fields: { 'error.type': 'client_disconnect' },
    })
  })
})
