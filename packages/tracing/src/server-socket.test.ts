import { connect } from 'node:net'
import { SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { middleware, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveWebSocket } from '../../../test/support/serve-web-socket.ts'
import { eventually, serve } from '../../../test/support/serve.ts'
import { continueTrace, inject, span, tracing } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const seconds = ({ duration: [whole, nano] }: ReadableSpan): number => whole + nano / 1e9

/** Sends a request over a socket of our own and cuts it when told. */
async function cut(port: number, path: string, when: (received: string) => boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => (received += chunk.toString('latin1')))
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await eventually(() => when(received), 'the moment to cut')
  socket.destroy()
}

describe('on a real server', () => {
  test('the span tells the peer and, on Node, the protocol (tracing/28)', async () => {
    const app = new Hono().use(tracing()).get('/orders/:id', (c) => c.json({}))
    await using server = await serve(app.fetch)
    await (await fetch(`${server.url}/orders/7?q=%20&sig=canary`)).json()
    await eventually(() => sdk.ended.length === 1, 'the span')
    expect(sdk.started[0]?.attributes).toMatchObject({
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number),
      'server.address': '127.0.0.1',
      'server.port': server.port,
      'url.path': '/orders/7',
      'url.query': 'q=%20&sig=REDACTED',
    })
    expect(sdk.only().attributes['network.protocol.version']).toBe('Bun' in globalThis ? undefined : '1.1')
  })

  test('a stream of events of a second has a span of a second (tracing/29)', async () => {
    const app = new Hono().use(tracing()).get('/events', (c) =>
      streamSSE(c, async (events) => {
        for (let i = 0; i < 4; i++) {
          await events.writeSSE({ data: String(i) })
          await events.sleep(250)
        }
      }),
    )
    await using server = await serve(app.fetch)
    const start = performance.now()
    await (await fetch(`${server.url}/events`)).text()
    const took = (performance.now() - start) / 1_000
    await eventually(() => sdk.ended.length === 1, 'the span')
    expect(seconds(sdk.only())).toBeGreaterThan(0.95)
    expect(seconds(sdk.only())).toBeLessThan(took + 0.05)
    expect(sdk.only().status.code).toBe(SpanStatusCode.UNSET)
  })

  test('span and request begin and end together, so that durations agree (tracing/30)', async () => {
    let took = 0
    const clock = middleware({
      settled: (x) => {
        took = (performance.now() - x.startTime) / 1_000
      },
    })
    const late = middleware({ before: () => sleep(30) })
    const app = new Hono().use(stack(clock, late, tracing())).get('/', async (c) => {
      await sleep(20)
      return c.json({})
    })
    await using server = await serve(app.fetch)
    await (await fetch(server.url)).json()
    await eventually(() => sdk.ended.length === 1 && took > 0, 'the span')
    expect(took).toBeGreaterThan(0.045)
    expect(Math.abs(seconds(sdk.only()) - took)).toBeLessThan(0.003)
  })

  test('both are finer than milliseconds (tracing/30)', async () => {
    const app = new Hono().use(tracing()).get('/', (c) => c.json({}))
    for (let i = 0; i < 10; i++) await (await app.request('/')).arrayBuffer()
    for (const at of ['startTime', 'endTime'] as const) {
      expect(sdk.ended.some((each) => each[at][1] % 1_000_000 !== 0)).toBe(true)
    }
  })

  test('a span of the application stands inside the span of its request (tracing/30)', async () => {
    const app = new Hono().use(tracing()).get('/', (c) => span('work', () => c.json({})))
    await using server = await serve(app.fetch)
    await (await fetch(server.url)).json()
    await eventually(() => sdk.ended.length === 2, 'the spans')
    const nanos = ([whole, nano]: readonly [number, number]): bigint => BigInt(whole) * 1_000_000_000n + BigInt(nano)
    const [inner, outer] = [sdk.named('work'), sdk.named('GET /')]
    expect(nanos(inner.startTime) >= nanos(outer.startTime)).toBe(true)
  })

  test('a client that leaves before the head: client_disconnect and no status (tracing/31)', async () => {
    let started = false
    const app = new Hono().use(tracing()).get('/slow', async (c) => {
      started = true
      await sleep(300)
      return c.json({})
    })
    await using server = await serve(app.fetch)
    await cut(server.port, '/slow', () => started)
    await eventually(() => sdk.ended.length === 1, 'the span')
    const { name, attributes, status, events } = sdk.only()
    expect(name).toBe('GET /slow')
    expect(attributes['error.type']).toBe('client_disconnect')
    expect(attributes).not.toHaveProperty(['http.response.status_code'])
    expect(status.code).toBe(SpanStatusCode.ERROR)
    expect(events).toEqual([])
    await sleep(320)
    expect(sdk.ended).toHaveLength(1)
  })

  test('a client that leaves in the middle: client_disconnect and the status that was sent (tracing/31)', async () => {
    const app = new Hono().use(tracing()).get('/events', (c) =>
      streamSSE(c, async (events) => {
        for (let i = 0; i < 200 && !events.aborted; i++) {
          await events.writeSSE({ data: String(i) })
          await events.sleep(10)
        }
      }),
    )
    await using server = await serve(app.fetch)
    await cut(server.port, '/events', (received) => received.includes('data: 2'))
    await eventually(() => sdk.ended.length === 1, 'the span')
    expect(sdk.only().attributes).toMatchObject({ 'error.type': 'client_disconnect', 'http.response.status_code': 200 })
  })

  test('a body that breaks off is an error of its own, not a client that left (tracing/25)', async () => {
    const app = new Hono().use(tracing()).get('/export', (c) => {
      let sent = 0
      c.header('content-type', 'application/octet-stream')
      return c.body(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            if (sent++ === 0) controller.enqueue(new Uint8Array(10))
            else controller.error(new RangeError('cut'))
          },
        }),
      )
    })
    const silent = vi.spyOn(console, 'error').mockReturnValue(undefined)
    await using server = await serve(app.fetch)
    await fetch(`${server.url}/export`)
      .then((response) => response.text())
      .catch(() => 'cut')
    await eventually(() => sdk.ended.length === 1, 'the span')
    silent.mockRestore()
    expect(sdk.only().attributes).toMatchObject({ 'error.type': 'RangeError', 'http.response.status_code': 200 })
    expect(sdk.only().events).toHaveLength(1)
  })

  test('what a handler throws because the client left is not recorded as its exception (tracing/31)', async () => {
    let started = false
    const app = new Hono().use(tracing()).get('/slow', async (c) => {
      started = true
      await new Promise((_resolve, reject) => {
        c.req.raw.signal.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')))
      })
      return c.json({})
    })
    app.onError((_error, c) => c.json({}, 500))
    await using server = await serve(app.fetch)
    await cut(server.port, '/slow', () => started)
    await eventually(() => sdk.ended.length === 1, 'the span')
    expect(sdk.only().attributes['error.type']).toBe('client_disconnect')
    expect(sdk.only().events).toEqual([])
  })
})

describe('a WebSocket', () => {
  test('its handshake is one short span with 101, its messages carry on the trace (tracing/32) (tracing/33)', async () => {
    const app = new Hono().use(tracing())
    const { server, upgrade } = await serveWebSocket(app)
    await using _closed = server
    app.get('/feed', upgrade)
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/feed`)
    const sent: Record<string, string> = {}
    const echoed = new Promise<string>((resolve, reject) => {
      socket.onmessage = ({ data }) => resolve(String(data))
      socket.onerror = () => reject(new Error('the socket failed'))
    })
    socket.onopen = () =>
      span('send', () => {
        inject(sent)
        socket.send(JSON.stringify(sent))
      })
    const carrier: Record<string, string> = JSON.parse(await echoed)
    await eventually(() => sdk.ended.some(({ name }) => name === 'GET /feed'), 'the handshake')
    await sleep(50)
    socket.close()
    const handshake = sdk.named('GET /feed')
    expect(handshake.attributes['http.response.status_code']).toBe(101)
    expect(handshake.status.code).toBe(SpanStatusCode.UNSET)
    expect(sdk.ended.filter(({ name }) => name === 'GET /feed')).toHaveLength(1)

    continueTrace(carrier, 'receive', () => undefined)
    expect(sdk.named('receive').parentSpanContext?.spanId).toBe(sdk.named('send').spanContext().spanId)
  })
})
