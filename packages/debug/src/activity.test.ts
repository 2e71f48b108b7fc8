import { createServer, request as httpRequest, type Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { context, trace } from '@opentelemetry/api'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import { handler, middleware, requestId, stack } from '@seaworthy/middleware'
import { tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import { eventually, serve } from '../../../test/support/serve.ts'
import { debugApp, isBun } from './debug-app.test-kit.ts'
import { debug, waitingFor, type InflightRequest, type RecentRequest } from './index.ts'

const quiet = { info: (): void => undefined, warn: (): void => undefined }

/** A door that is shut until it is opened. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

describe('inflight', () => {
  test('lists what is under way, the oldest first (debug/27) (debug/32)', async () => {
    const { app, ask, watch } = debugApp()
    const { opened, open } = gate()
    app.use(requestId({ generate: () => 'id-1' }))
    app.use(
      middleware({
        before(x) {
          x.caller = { id: 'digest-of-ann', scheme: 'test' }
        },
      }),
    )
    app.get('/orders/:id', async (c) => (await opened, c.text('ok')))
    const first = app.request('/orders/7?token=canary')
    const second = app.request('/orders/8')
    await eventually(() => watch.control.inflight().length === 2, 'both under way')
    await new Promise((resolve) => setTimeout(resolve, 30))
    const answer = (await (await ask('/inflight')).json()) as { count: number; requests: InflightRequest[] }
    expect(answer.requests).toEqual([
      {
        method: 'GET',
        route: '/orders/:id',
        path: '/orders/7',
        startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        ageMs: expect.any(Number),
        requestId: 'id-1',
        caller: 'digest-of-ann',
        phase: 'handler',
        waitsFor: [],
      },
      expect.objectContaining({ path: '/orders/8' }),
    ])
    expect(answer.count).toBe(2)
    expect(answer.requests[0]?.ageMs).toBeGreaterThanOrEqual(29)
    expect(Math.abs(Date.parse(answer.requests[0]?.startTime ?? '') - Date.now())).toBeLessThan(5_000)
    open()
    await Promise.all([first, second])
    expect(watch.control.inflight()).toEqual([])
  })

  test('lets go of what has failed, been aborted or sent its body (debug/27)', async () => {
    const { app, watch } = debugApp()
    const { opened, open } = gate()
    app.get('/throws', () => {
      throw new Error('no')
    })
    app.get('/hangs', () => new Promise<Response>(() => undefined))
    app.get('/stream', () => {
      let sent = false
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (sent) {
            await opened
            return controller.close()
          }
          sent = true
          controller.enqueue(new Uint8Array(10))
        },
      })
      return new Response(body)
    })
    app.onError((_, c) => c.text('no', 500))
    await using server = await serve(app.fetch)
    await (await fetch(`${server.url}/throws`)).text()
    await eventually(() => watch.control.inflight().length === 0, 'the failed one is gone')
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET /hangs HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await eventually(() => watch.control.inflight().length === 1, 'the hanging one is there')
    socket.destroy()
    await eventually(() => watch.control.inflight().length === 0, 'the aborted one is gone')
    const streamed = await fetch(`${server.url}/stream`)
    expect(watch.control.inflight()).toMatchObject([{ path: '/stream', phase: 'body' }])
    open()
    await streamed.arrayBuffer()
    await eventually(() => watch.control.inflight().length === 0, 'the streamed one is gone')
  })

  test('does not list the debug path itself (debug/27)', async () => {
    const { ask } = debugApp()
    expect(await (await ask('/inflight')).json()).toEqual({ count: 0, requests: [] })
    expect(await (await ask('/requests')).json()).toEqual({ requests: [] })
  })

  test('is bounded (debug/33)', async () => {
    const { opened, open } = gate()
    const watch = debug({ authorize: () => true, logger: quiet, keep: 10 })
    const fetch = handler(watch, async () => (await opened, new Response()))
    const all = Array.from({ length: 10_050 }, (_, i) => fetch(new Request(`http://localhost/${i}`)))
    expect(watch.control.inflight()).toHaveLength(10_000)
    open()
    await Promise.all(all)
    expect(watch.control.inflight()).toHaveLength(0)
    expect(watch.control.requests()).toHaveLength(10)
  })
})

describe('trace ids', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(new TracerProvider())
  })
  afterEach(() => {
    context.disable()
    trace.disable()
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  test('are told, whichever is mounted further out (debug/27) (debug/30)', async () => {
    for (const isInside of [true, false]) {
      const watch = debug({ authorize: () => true, logger: quiet })
      const seen: unknown[] = []
      const app = isInside ? stack(tracing(), watch) : stack(watch, tracing())
      const fetch = handler(app, () => {
        seen.push(watch.control.inflight()[0]?.traceId)
        return new Response()
      })
      await fetch(new Request('http://localhost/', { headers: { traceparent } }))
      const [ended] = watch.control.requests()
      expect(ended?.traceId).toMatch(/^[0-9a-f]{32}$/)
      expect(seen).toEqual([isInside ? ended?.traceId : undefined])
    }
  })
})

describe('what a request waits for', () => {
  const waits = (watch: { control: { inflight(): readonly InflightRequest[] } }): string[] =>
    watch.control.inflight().flatMap(({ waitsFor }) => waitsFor.map(({ what }) => what))

  test('is what waitingFor names, until it has settled (debug/28)', async () => {
    const { app, watch } = debugApp()
    const [database, cache] = [gate(), gate()]
    app.get('/', async (c) => {
      const result = waitingFor('database', () => database.opened.then(() => 'rows'))
      const failed = waitingFor('cache', () => cache.opened.then(() => Promise.reject(new Error('cold')))).catch(
        (error: Error) => error.message,
      )
      return c.text(`${await result} ${await failed}`)
    })
    const asked = app.request('/')
    await eventually(() => waits(watch).length === 2, 'both are named')
    expect(waits(watch)).toEqual(['database', 'cache'])
    expect(watch.control.inflight()[0]?.waitsFor[0]).toEqual({ what: 'database', ageMs: expect.any(Number) })
    database.open()
    await eventually(() => waits(watch).length === 1, 'the database has answered')
    expect(waits(watch)).toEqual(['cache'])
    cache.open()
    expect(await (await asked).text()).toBe('rows cold')
  })

  test('returns what its function returns or throws, also outside of requests (debug/28)', async () => {
    expect(waitingFor('a', () => 7)).toBe(7)
    expect(await waitingFor('a', async () => 7)).toBe(7)
    expect(() =>
      waitingFor('a', () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    const { app, watch } = debugApp()
    app.get('/', (c) => {
      waitingFor('nothing', () => undefined)
      return c.text(waits(watch).join())
    })
    expect(await (await app.request('/')).text()).toBe('')
  })

  test('is told of fifty things at most (debug/33)', async () => {
    const { app, watch } = debugApp()
    app.get('/', (c) => {
      for (let i = 0; i < 60; i++) void waitingFor(`wait ${i}`, () => new Promise(() => undefined))
      return c.text(String(waits(watch).length))
    })
    expect(await (await app.request('/')).text()).toBe('50')
  })

  /** A server that answers when it is told. */
  async function slowServer(answered: Promise<void>): Promise<AsyncDisposable & { readonly origin: string }> {
    const server: Server = createServer((_, response) => void answered.then(() => response.end('ok')))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return {
      origin: `127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  const getByHttp = (url: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(url, (response) => response.resume().on('end', () => resolve('ok')))
      sent.on('error', reject).end()
    })

  test('is an outgoing call of node:http (debug/28) (debug/32)', async () => {
    const { opened, open } = gate()
    await using other = await slowServer(opened)
    const { app, watch } = debugApp()
    app.get('/', async (c) => c.text(await getByHttp(`http://${other.origin}/stock/1?key=canary`)))
    app.get('/fails', async (c) => c.text(await getByHttp('http://127.0.0.1:1/gone').catch(() => 'failed')))
    const asked = app.request('/')
    await eventually(() => waits(watch).length === 1, 'the call is under way')
    expect(waits(watch)).toEqual([`GET http://${other.origin.split(':')[0]}/stock/1`])
    open()
    expect(await (await asked).text()).toBe('ok')
    expect(await (await app.request('/fails')).text()).toBe('failed')
  })

  test('is an outgoing call of fetch, where the runtime tells (debug/29) (debug/32)', async () => {
    const { opened, open } = gate()
    await using other = await slowServer(opened)
    const { app, watch } = debugApp()
    let after: string[] = []
    app.get('/', async (c) => {
      const text = await (await fetch(`http://${other.origin}/stock/1?key=canary`)).text()
      after = waits(watch)
      return c.text(text)
    })
    const asked = app.request('/')
    if (!isBun) {
      await eventually(() => waits(watch).length === 1, 'the call is under way')
      expect(waits(watch)).toEqual([`GET http://${other.origin}/stock/1`])
    }
    open()
    expect(await (await asked).text()).toBe('ok')
    expect(after).toEqual([])
  })
})

describe('requests', () => {
  test('lists what has ended, the latest first (debug/30) (debug/32)', async () => {
    const { app, ask } = debugApp()
    app.use(requestId({ generate: () => 'id-1' }))
    app.get('/orders/:id', (c) => c.text('ok', 201))
    app.get('/throws', () => {
      throw new TypeError('canary')
    })
    app.onError((_, c) => c.text('no', 500))
    await app.request('/orders/1?token=canary')
    await app.request('/throws')
    await app.request('/nothing', { method: 'POST' })
    const text = await (await ask('/requests')).text()
    expect(text).not.toContain('canary')
    const ended = { startTime: expect.any(String), durationMs: expect.any(Number), aborted: false }
    expect(JSON.parse(text)).toEqual({
      requests: [
        { method: 'POST', path: '/nothing', status: 404, requestId: 'id-1', ...ended },
        {
          method: 'GET',
          route: '/throws',
          path: '/throws',
          status: 500,
          error: 'TypeError',
          requestId: 'id-1',
          ...ended,
        },
        { method: 'GET', route: '/orders/:id', path: '/orders/1', status: 201, requestId: 'id-1', ...ended },
      ],
    })
  })

  test('tells of clients that left (debug/30)', async () => {
    const { app, watch } = debugApp()
    app.get('/hangs', () => new Promise<Response>(() => undefined))
    await using server = await serve(app.fetch)
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET /hangs HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await eventually(() => watch.control.inflight().length === 1, 'it has arrived')
    socket.destroy()
    await eventually(() => watch.control.requests().length === 1, 'it has ended')
    const [left] = watch.control.requests()
    expect(left).toMatchObject({ path: '/hangs', aborted: true })
    expect(left).not.toHaveProperty('status')
  })

  test('keeps failures longer (debug/31) (debug/33)', async () => {
    const { app, watch } = debugApp({ keep: 5 })
    app.get('/fails/:id', (c) => c.text('no', 503))
    app.get('/:id', (c) => c.text('ok'))
    for (let i = 0; i < 8; i++) await app.request(`/fails/${i}`)
    for (let i = 0; i < 20; i++) await app.request(`/${i}`)
    const paths = watch.control.requests().map(({ path }: RecentRequest) => path)
    expect(paths).toEqual([
      ...['/19', '/18', '/17', '/16', '/15'],
      ...['/fails/7', '/fails/6', '/fails/5', '/fails/4', '/fails/3'],
    ])
  })

  test('keeps 200 of each, and 512 characters of a path (debug/33) (debug/48)', async () => {
    const { app, watch } = debugApp()
    for (let i = 0; i < 250; i++) await app.request(`/${i}`)
    await app.request(`/${'a'.repeat(2_000)}`)
    expect(watch.control.requests()).toHaveLength(200)
    expect(watch.control.requests()[0]?.path).toHaveLength(513)
  })

  test('keeps nothing of the request itself (debug/33)', async () => {
    const watch = debug({ authorize: () => true, logger: quiet })
    const fetch = handler(watch, () => new Response())
    const make = (): WeakRef<Request> => {
      const request = new Request('http://localhost/')
      void fetch(request)
      return new WeakRef(request)
    }
    const kept = Array.from({ length: 50 }, make)
    await new Promise((resolve) => setTimeout(resolve, 5))
    collectGarbage()
    expect(watch.control.requests()).toHaveLength(50)
    expect(kept.filter((each) => each.deref() !== undefined).length).toBeLessThan(10)
  })
})

test('is the same in several applications and with several mounts (debug/27) (debug/30)', async () => {
  const { app, watch } = debugApp()
  app.get('/inner', (c) => c.text('ok'))
  const outer = new Hono().use(middleware({})).route('/', app)
  await outer.request('/inner')
  expect(watch.control.requests()).toHaveLength(1)
})
