import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { afterEach, describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { serve, type Server, type ServeOptions } from './index.ts'
import { echoSocket } from './echo-socket.fixture.ts'

const onBun = 'Bun' in globalThis
const servers: Server[] = []

async function start(app: Hono, options: ServeOptions = {}): Promise<Server> {
  const server = await serve(app, { addr: '127.0.0.1:0', ...options })
  servers.push(server)
  return server
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.destroy()
    await server.close()
  }
})

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`

/** Milliseconds that something takes. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await run()
  return performance.now() - begin
}

describe('an event stream', () => {
  test('ends when the server closes, and its handler learns of it (server/21)', async () => {
    let aborted = 0
    const app = new Hono().get('/events', (c) =>
      streamSSE(c, async (stream) => {
        stream.onAbort(() => void aborted++)
        await stream.writeSSE({ data: 'hello' })
        await new Promise((resolve) => stream.onAbort(() => resolve(undefined)))
      }),
    )
    const server = await start(app)
    using client = RawSocket.connect(server.port ?? 0).write(get('/events'))
    await client.untilText('hello')
    expect(await timed(() => server.close())).toBeLessThan(900)
    expect(await client.untilClosed()).toMatch(/\r\n0\r\n\r\n$/)
    expect(client.error).toBeUndefined()
    expect(aborted).toBe(1)
  })

  test('ends even if its handler goes on writing (server/21)', async () => {
    const app = new Hono().get('/events', (c) =>
      streamSSE(c, async (stream) => {
        for (;;) {
          if (stream.aborted) break
          await stream.writeSSE({ data: 'more' })
          await stream.sleep(5)
        }
      }),
    )
    const server = await start(app)
    using client = RawSocket.connect(server.port ?? 0).write(get('/events'))
    await client.untilText('more')
    expect(await timed(() => server.close())).toBeLessThan(900)
    expect(await client.untilClosed()).toMatch(/\r\n0\r\n\r\n$/)
  })

  test('that begins while the server closes ends as well (server/21)', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const app = new Hono().get('/events', async (c) => {
      await promise
      return streamSSE(c, async (stream) => {
        await stream.writeSSE({ data: 'late' })
        await new Promise((end) => stream.onAbort(() => end(undefined)))
      })
    })
    const server = await start(app)
    using client = RawSocket.connect(server.port ?? 0).write(get('/events'))
    await new Promise((done) => setTimeout(done, 50))
    const closing = server.close()
    resolve()
    await closing
    expect(await client.untilClosed()).toContain('late')
  })
})

describe('a stream of another kind', () => {
  test('is waited for to its last byte (server/20)', async () => {
    const app = new Hono().get('/', (c) =>
      c.body(
        new ReadableStream({
          async start(controller) {
            for (const word of ['one ', 'two ', 'three']) {
              controller.enqueue(new TextEncoder().encode(word))
              await new Promise((resolve) => setTimeout(resolve, 100))
            }
            controller.close()
          },
        }),
        { headers: { 'transfer-encoding': 'chunked' } },
      ),
    )
    const server = await start(app)
    using client = RawSocket.connect(server.port ?? 0).write(get('/'))
    await client.untilText('one')
    await server.close()
    expect(await client.untilClosed()).toContain('three')
  })
})

describe('a WebSocket', () => {
  const upgrade =
    'GET /socket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

  test('works, and is closed with 1001 when the server closes (server/22)', async () => {
    const { app, webSocket } = await echoSocket()
    const server = await start(app, { webSocket })
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/socket`)
    await new Promise((resolve) => client.addEventListener('open', resolve))
    const echoed = new Promise<unknown>((resolve) => client.addEventListener('message', ({ data }) => resolve(data)))
    client.send('hello')
    expect(await echoed).toBe('hello')
    const code = new Promise<number>((resolve) => client.addEventListener('close', (event) => resolve(event.code)))
    expect(await timed(() => server.close())).toBeLessThan(900)
    expect(await code).toBe(1001)
  })

  test('whose client does not answer the close frame is cut after a second (server/22)', async () => {
    const { app, webSocket } = await echoSocket()
    const server = await start(app, { webSocket })
    using client = RawSocket.connect(server.port ?? 0).write(upgrade)
    await client.untilText('101')
    expect(await timed(() => server.close())).toBeLessThan(2_500)
    expect(await client.untilClosed()).toContain('Service is shutting down')
  })

  test('that is idle is not cut by the time limits of requests (server/22)', async () => {
    const { app, webSocket } = await echoSocket()
    const timeouts = onBun ? ({ write: 200, read: 200 } as const) : ({ write: 200, read: 200, idle: 200 } as const)
    const server = await start(app, { webSocket, timeouts })
    using client = RawSocket.connect(server.port ?? 0).write(upgrade)
    await client.untilText('101')
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(client.closed).toBe(false)
  })
})
