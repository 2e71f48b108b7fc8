import { connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { stream, streamSSE, streamText } from 'hono/streaming'
import { describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { handler, middleware, stack, type Middleware, type Outcome } from './index.ts'

interface End extends Outcome {
  readonly path: string
  /** Milliseconds since the exchange began. */
  readonly took: number
}

function watcher(): { ends: End[]; calls: string[]; part: Middleware } {
  const ends: End[] = []
  const calls: string[] = []
  const part = middleware({
    after: (x, response) => void calls.push(`after ${x.path} ${response.status}`),
    settled(x, outcome) {
      calls.push(`settled ${x.path} ${outcome.status}`)
      ends.push({ ...outcome, path: x.path, took: performance.now() - x.startTime })
    },
  })
  return { ends, calls, part }
}

/** A raw connection, so that what is sent, and when it is cut, is ours alone. */
async function raw(port: number, text: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString('latin1')))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(text)
  return { socket, received: () => received }
}

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

function application(part: Middleware): Hono {
  const app = new Hono().use(part, middleware({ settled: () => undefined }))
  app.get('/json', (c) => c.json({ a: 1 }))
  app.get('/text', (c) => c.text('text'))
  app.get('/204', (c) => c.body(null, 204))
  app.get('/304', (c) => c.body(null, 304))
  app.get('/bytes', () => new Response(new Uint8Array(1_000)))
  app.get('/sse', (c) =>
    streamSSE(c, async (sse) => {
      for (let i = 0; i < 3; i++) {
        await sse.writeSSE({ data: String(i) })
        await sse.sleep(100)
      }
    }),
  )
  app.get('/streamText', (c) =>
    streamText(c, async (out) => {
      await out.write('a')
      await out.sleep(150)
      await out.write('b')
    }),
  )
  app.get('/stream', (c) =>
    stream(c, async (out) => {
      await out.write('a')
      await out.sleep(150)
      await out.write('b')
    }),
  )
  app.get('/slow', async (c) => {
    await sleep(150)
    return c.text('slow')
  })
  app.get('/endless', (c) => {
    c.header('content-type', 'application/octet-stream')
    return c.body(
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(new Uint8Array(64 * 1024))
          await sleep(1)
        },
      }),
    )
  })
  app.get('/fails', (c) => {
    let count = 0
    c.header('content-type', 'application/octet-stream')
    return c.body(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          if (count++ === 0) controller.enqueue(new TextEncoder().encode('start'))
          else controller.error(new Error('body broke'))
        },
      }),
    )
  })
  return app
}

describe('settled exactly once, on a real server', () => {
  test('for requests of one keep-alive connection (middleware/25)', async () => {
    const { ends, part } = watcher()
    await using server = await serve(application(part).fetch)
    for (const path of ['/json', '/text', '/204', '/304', '/bytes', '/none']) {
      await (await fetch(server.url + path)).arrayBuffer()
    }
    await (await fetch(server.url + '/json', { method: 'HEAD' })).arrayBuffer()
    await (await fetch(server.url + '/sse', { method: 'HEAD' })).arrayBuffer()
    await eventually(() => ends.length >= 8, 'eight ends')
    expect(ends.map(({ path, status, aborted }) => `${path} ${status} ${aborted}`)).toEqual([
      ...['/json 200 false', '/text 200 false', '/204 204 false', '/304 304 false', '/bytes 200 false'],
      ...['/none 404 false', '/json 200 false', '/sse 200 false'],
    ])
  })

  test('for pipelined requests (middleware/25)', async () => {
    const { ends, part } = watcher()
    await using server = await serve(application(part).fetch)
    const { socket, received } = await raw(server.port, get('/json') + get('/text') + get('/204'))
    await eventually(() => ends.length === 3, 'three ends')
    await eventually(() => received().split('HTTP/1.1 ').length === 4, 'three answers')
    socket.destroy()
    await sleep(20)
    expect(ends.map(({ path, status }) => `${path} ${status}`).toSorted()).toEqual([
      '/204 204',
      '/json 200',
      '/text 200',
    ])
  })

  test.each(['/sse', '/streamText', '/stream'])('when the stream of %s has ended (middleware/26)', async (path) => {
    const { ends, part } = watcher()
    await using server = await serve(application(part).fetch)
    const response = await fetch(server.url + path)
    expect(ends).toEqual([])
    await response.text()
    await eventually(() => ends.length === 1, 'one end')
    expect(ends[0]).toMatchObject({ status: 200, aborted: false })
    expect(ends[0]?.took).toBeGreaterThan(path === '/sse' ? 280 : 140)
  })

  test('a server-sent event stream of three seconds settles after three seconds (middleware/26)', async () => {
    const { ends, part } = watcher()
    const app = new Hono().use(part).get('/', (c) =>
      streamSSE(c, async (sse) => {
        await sse.writeSSE({ data: 'begin' })
        await sse.sleep(3_000)
        await sse.writeSSE({ data: 'end' })
      }),
    )
    await using server = await serve(app.fetch)
    expect(await (await fetch(server.url)).text()).toContain('end')
    await eventually(() => ends.length === 1, 'one end')
    expect(ends[0]?.took).toBeGreaterThan(2_950)
  })

  test('without a status when the client leaves before the head; after follows (middleware/27)', async () => {
    const { ends, calls, part } = watcher()
    await using server = await serve(application(part).fetch)
    const { socket } = await raw(server.port, get('/slow'))
    await sleep(40)
    socket.destroy()
    await eventually(() => calls.length === 2, 'settled and after')
    expect(ends[0]).toMatchObject({ status: undefined, aborted: true })
    expect(ends[0]?.took).toBeLessThan(145)
    expect(calls).toEqual(['settled /slow undefined', 'after /slow 200'])
  })

  test('as aborted when the client leaves in the middle of the body (middleware/28)', async () => {
    const { ends, part } = watcher()
    await using server = await serve(application(part).fetch)
    const { socket, received } = await raw(server.port, get('/endless'))
    await eventually(() => received().length > 200_000, 'some of the body')
    socket.destroy()
    await eventually(() => ends.length === 1, 'one end')
    expect(ends[0]).toMatchObject({ status: 200, aborted: true })
    await sleep(30)
    expect(ends).toHaveLength(1)
  })

  test('when the body fails (middleware/29)', async () => {
    const { ends, part } = watcher()
    const silent = console.error
    console.error = () => undefined
    await using server = await serve(application(part).fetch)
    await fetch(server.url + '/fails')
      .then((response) => response.text())
      .catch(() => 'cut')
    await eventually(() => ends.length === 1, 'one end')
    console.error = silent
    expect(ends[0]).toMatchObject({
      status: 200,
      aborted: false,
      error: expect.objectContaining({ message: 'body broke' }),
    })
  })

  test('for fifty requests at once (middleware/25)', async () => {
    const { ends, part } = watcher()
    await using server = await serve(handler(stack(part), () => Response.json({ a: 1 })))
    await Promise.all(Array.from({ length: 50 }, async (_, i) => (await fetch(`${server.url}/${i}`)).text()))
    await eventually(() => ends.length === 50, 'fifty ends')
    await sleep(20)
    expect(new Set(ends.map(({ path }) => path)).size).toBe(50)
    expect(ends).toHaveLength(50)
  })
})

describe('settled exactly once, without a server', () => {
  test.each(['/json', '/204', '/304'])('at once for %s (middleware/25)', async (path) => {
    const { ends, part } = watcher()
    await application(part).request(path)
    expect(ends).toHaveLength(1)
  })

  test('when the stream has been read, cancelled, or has failed (middleware/26) (middleware/28) (middleware/29)', async () => {
    const { ends, part } = watcher()
    const app = application(part)
    await (await app.request('/streamText')).text()
    expect(ends.at(-1)).toMatchObject({ status: 200, aborted: false })
    await (await app.request('/endless')).body?.cancel()
    expect(ends.at(-1)).toMatchObject({ status: 200, aborted: true })
    await (await app.request('/fails')).text().catch(() => 'cut')
    expect(ends.at(-1)).toMatchObject({
      status: 200,
      aborted: false,
      error: expect.objectContaining({ message: 'body broke' }),
    })
    expect(ends).toHaveLength(3)
  })
})
