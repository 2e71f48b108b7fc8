import { connect } from 'node:net'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { metrics } from './index.ts'
import type { HistogramValue } from './metric-data.ts'
import { startSdk, type Point, type Sdk } from './start-sdk.test-kit.ts'

const duration = 'http.server.request.duration'
const isBun = 'Bun' in globalThis

let sdk: Sdk
beforeEach(() => {
  sdk = startSdk()
})
afterEach(() => sdk.stop())

/** The series of a histogram, as soon as as many values as expected have been recorded. */
async function recorded(name: string, values = 1): Promise<Point<HistogramValue>[]> {
  const end = performance.now() + 5_000
  for (;;) {
    const points = await sdk.histograms(name)
    const count = points.reduce((sum, { value }) => sum + value.count, 0)
    if (count >= values) return points
    if (performance.now() > end) throw new Error(`${count} of ${values} values of ${name} within 5 s`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function one(name = duration): Promise<Point<HistogramValue>> {
  const [point, ...others] = await recorded(name)
  if (point === undefined || others.length > 0) throw new Error(`one series expected, got ${others.length + 1}`)
  return point
}

/** Sends a request over a socket of our own, and cuts it when told. */
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
  test('the protocol version is told where the runtime tells it (metrics/15)', async () => {
    const app = new Hono().use(metrics()).get('/orders/:id', (c) => c.json({}))
    await using server = await serve(app.fetch)
    await (await fetch(`${server.url}/orders/7`)).json()
    const { attributes } = await one()
    expect(attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/orders/:id',
      'url.scheme': 'http',
      ...(isBun ? undefined : { 'network.protocol.version': '1.1' }),
    })
  })

  test('a stream is as long as it takes to send it (metrics/16)', async () => {
    const app = new Hono().use(metrics()).get('/events', (c) =>
      streamSSE(c, async (events) => {
        for (let i = 0; i < 4; i++) {
          await events.writeSSE({ data: String(i) })
          await events.sleep(100)
        }
      }),
    )
    await using server = await serve(app.fetch)
    const began = performance.now()
    await (await fetch(`${server.url}/events`)).text()
    const took = (performance.now() - began) / 1_000
    const { value } = await one()
    expect(value.sum).toBeGreaterThan(0.39)
    expect(value.sum).toBeLessThan(took + 0.05)
  })

  test('a client that leaves before the head is client_disconnect, without a status (metrics/17)', async () => {
    let reached = false
    const app = new Hono().use(metrics()).get('/slow', async (c) => {
      reached = true
      await new Promise((resolve) => setTimeout(resolve, 300))
      return c.text('late')
    })
    await using server = await serve(app.fetch)
    await cut(server.port, '/slow', () => reached)
    const { attributes } = await one()
    expect(attributes['error.type']).toBe('client_disconnect')
    expect(attributes).not.toHaveProperty(['http.response.status_code'])
    expect(attributes['http.route']).toBe('/slow')
  })

  test('a client that leaves during the body is client_disconnect, with the status it was sent (metrics/17)', async () => {
    const app = new Hono().use(metrics()).get('/events', (c) =>
      streamSSE(c, async (events) => {
        while (!events.aborted) {
          await events.writeSSE({ data: 'tick' })
          await events.sleep(10)
        }
      }),
    )
    await using server = await serve(app.fetch)
    await cut(server.port, '/events', (received) => received.includes('tick'))
    expect((await one()).attributes).toMatchObject({
      'error.type': 'client_disconnect',
      'http.response.status_code': 200,
    })
  })
})

describe('active requests', () => {
  const active = 'http.server.active_requests'

  test('are counted by method and scheme while they run, with their name and unit (metrics/18)', async () => {
    const open: (() => void)[] = []
    const app = new Hono().use(metrics({ activeRequests: true })).all('/', async (c) => {
      await new Promise<void>((resolve) => open.push(resolve))
      return c.text('ok')
    })
    await using server = await serve(app.fetch)
    const answers = [fetch(server.url), fetch(server.url), fetch(server.url, { method: 'POST', body: 'x' })]
    await eventually(() => open.length === 3, 'three requests')
    expect((await sdk.metric(active)).descriptor.unit).toBe('{request}')
    expect(await sdk.numbers(active)).toEqual([
      expect.objectContaining({ attributes: { 'http.request.method': 'GET', 'url.scheme': 'http' }, value: 2 }),
      expect.objectContaining({ attributes: { 'http.request.method': 'POST', 'url.scheme': 'http' }, value: 1 }),
    ])
    for (const resume of open) resume()
    for (const answer of answers) await (await answer).text()
    await recorded(duration, 3)
    expect((await sdk.numbers(active)).map(({ value }) => value)).toEqual([0, 0])
  })

  test('come down again after errors and clients that left (metrics/19)', async () => {
    let reached = false
    const app = new Hono()
      .use(
        metrics({
          activeRequests: true,
          attributes() {
            throw new Error('of an option')
          },
        }),
      )
      .get('/broken', () => {
        throw new Error('of the handler')
      })
      .get('/slow', async (c) => {
        reached = true
        await new Promise((resolve) => setTimeout(resolve, 300))
        return c.text('late')
      })
    app.onError((_error, c) => c.text('', 500))
    await using server = await serve(app.fetch)
    await (await fetch(`${server.url}/broken`)).text()
    await cut(server.port, '/slow', () => reached)
    await recorded(duration, 2)
    expect((await sdk.numbers(active)).map(({ value }) => value)).toEqual([0])
  })

  test('never fall below none when the SDK starts during a request (metrics/19)', async () => {
    sdk.stop()
    const open: (() => void)[] = []
    const app = new Hono().use(metrics({ activeRequests: true })).get('/', async (c) => {
      await new Promise<void>((resolve) => open.push(resolve))
      return c.text('ok')
    })
    await using server = await serve(app.fetch)
    const answer = fetch(server.url)
    await eventually(() => open.length === 1, 'the request')
    sdk = startSdk()
    open[0]?.()
    await (await answer).text()
    await recorded(duration)
    expect((await sdk.numbers(active)).map(({ value }) => value)).not.toContain(-1)
  })

  test('are not recorded unless asked for (metrics/18)', async () => {
    const app = new Hono().use(metrics()).get('/', (c) => c.text('ok'))
    await (await app.request('/')).text()
    expect(await sdk.names()).toEqual([duration])
  })
})

describe('body sizes', () => {
  const received = 'http.server.request.body.size'
  const sent = 'http.server.response.body.size'

  test('of requests and responses that declare them, in bytes (metrics/20)', async () => {
    const app = new Hono().use(metrics({ bodySize: true })).post('/orders', (c) => {
      c.header('content-length', '5')
      return c.body('12345', 201)
    })
    await using server = await serve(app.fetch)
    await (await fetch(`${server.url}/orders`, { method: 'POST', body: 'x'.repeat(1_000) })).text()
    const expected = expect.objectContaining({ 'http.route': '/orders', 'http.response.status_code': 201 })
    expect(await one(received)).toMatchObject({ attributes: expected, value: { count: 1, sum: 1_000 } })
    expect(await one(sent)).toMatchObject({ attributes: expected, value: { count: 1, sum: 5 } })
    for (const name of [received, sent]) expect((await sdk.metric(name)).descriptor.unit).toBe('By')
    expect((await one(sent)).value.buckets.boundaries).toEqual([
      256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
    ])
  })

  test('of responses that have no body are none, also to HEAD (metrics/20)', async () => {
    const app = new Hono()
      .use(metrics({ bodySize: { buckets: [1, 10] } }))
      .get('/', (c) => c.text('hello'))
      .delete('/', (c) => c.body(null, 204))
    await using server = await serve(app.fetch)
    await fetch(server.url, { method: 'HEAD' })
    await fetch(server.url, { method: 'DELETE' })
    const points = await recorded(sent, 2)
    expect(points.map(({ value }) => [value.sum, value.buckets.boundaries])).toEqual([
      [0, [1, 10]],
      [0, [1, 10]],
    ])
  })
})
