import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createTestClock } from '@seaworthy/middleware/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { eventually } from '../../../test/support/serve.ts'
import { serve, type Server, type ServeOptions, type Timeouts } from './index.ts'

const onBun = 'Bun' in globalThis
const never = (): Promise<never> => new Promise(() => undefined)

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`
const post = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Length: ${length}\r\n\r\n`

const app = new Hono()
  .get('/', (c) => c.text('ok'))
  .get('/hang', never)
  .get('/late', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 600))
    return c.text('late')
  })
  .get('/late-error', async () => {
    await new Promise((resolve) => setTimeout(resolve, 600))
    throw new Error('late')
  })
  .post('/upload', async (c) => c.text(`got ${(await c.req.text()).length}`))
  .post('/stream-upload', async (c) => {
    let length = 0
    for await (const chunk of c.req.raw.body ?? []) length += chunk.byteLength
    return c.text(`got ${length}`)
  })
  .get('/events', (c) =>
    streamSSE(c, async (stream) => {
      for (let i = 0; i < 30 && !stream.aborted; i++) {
        await stream.writeSSE({ data: String(i) })
        await stream.sleep(100)
      }
    }),
  )
  .get('/drip', (c) =>
    c.body(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 50))
          controller.enqueue(new TextEncoder().encode('drip '))
        },
      }),
      { headers: { 'transfer-encoding': 'chunked' } },
    ),
  )
  .get('/big', (c) => c.body(new Uint8Array(50_000_000)))
  .onError((error, c) => c.text(error.message, 500))

const servers: Server[] = []

/** A server with short timeouts; on Bun those that it keeps itself. */
async function start(timeouts: Timeouts, options: ServeOptions = {}): Promise<number> {
  const { readHeader, idle, ...rest } = timeouts
  const given = onBun ? rest : { ...rest, ...(readHeader && { readHeader }), ...(idle && { idle }) }
  const server = await serve(app, { addr: '127.0.0.1:0', timeouts: given, ...options })
  servers.push(server)
  return server.port ?? 0
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.destroy()
    await server.close()
  }
})

describe('a slow client', () => {
  test.each(['/upload', '/stream-upload'])(
    'that sends its body byte by byte gets 408 after read: %s (server/5)',
    async (path) => {
      const port = await start({ read: 400 })
      using slow = RawSocket.connect(port)
      slow.write(post(path, 1000))
      const timer = setInterval(() => slow.write('x'), 50)
      await slow.untilClosed()
      clearInterval(timer)
      expect(slow.age).toBeGreaterThan(350)
      expect(slow.age).toBeLessThan(1_500)
      expect(slow.text).toMatch(/^HTTP\/1.1 408/)
      expect(slow.text).toMatch(/connection: close/i)
    },
  )

  test('that stops in the middle of its body gets 408 after read (server/5)', async () => {
    const port = await start({ read: 300 })
    using stalled = RawSocket.connect(port).write(`${post('/upload', 1000)}abc`)
    expect(await stalled.untilClosed()).toMatch(/^HTTP\/1.1 408/)
  })

  test('that is in time is served, also over a used connection (server/5)', async () => {
    const port = await start({ read: 400 })
    using client = RawSocket.connect(port)
    for (let i = 1; i <= 3; i++) {
      client.write(post('/upload', 6))
      client.write('abc')
      await new Promise((resolve) => setTimeout(resolve, 150))
      client.write('def')
      await eventually(() => client.text.split('got 6').length === i + 1, 'the answer')
    }
  })
})

describe('a slow handler', () => {
  test('that hangs is cut after write, with 503 (server/6)', async () => {
    const port = await start({ write: 400 })
    using client = RawSocket.connect(port).write(get('/hang'))
    await client.untilClosed()
    expect(client.age).toBeGreaterThan(350)
    expect(client.age).toBeLessThan(1_500)
    expect(client.text).toMatch(/^HTTP\/1.1 503/)
    expect(client.text).toMatch(/content-type: application\/problem\+json/i)
    expect(client.text).toMatch(/connection: close/i)
  })

  test('that answers after it was cut changes nothing, and is not reported (server/6)', async () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const port = await start({ write: 200 })
    for (const path of ['/late', '/late-error']) {
      using client = RawSocket.connect(port).write(get(path))
      expect(await client.untilClosed()).toMatch(/^HTTP\/1.1 503/)
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(client.text).not.toContain('late')
    }
    expect(report.mock.calls).toEqual([])
    report.mockRestore()
  })

  test('that hangs does not hold up others, nor the connection of an earlier answer (server/6) (server/24)', async () => {
    const port = await start({ write: 400 })
    using client = RawSocket.connect(port).write(get('/'))
    await client.untilText('ok')
    await new Promise((resolve) => setTimeout(resolve, 500))
    client.write(get('/'))
    await eventually(() => client.text.split('ok').length === 3, 'the second answer')
  })

  test('that never stops to stream is cut after write (server/6)', async () => {
    const port = await start({ write: 400 })
    using client = RawSocket.connect(port).write(get('/drip'))
    await client.untilClosed()
    expect(client.age).toBeGreaterThan(350)
    expect(client.age).toBeLessThan(1_500)
    expect(client.text).toMatch(/^HTTP\/1.1 200/)
    expect(client.text).toContain('drip')
    expect(client.text).not.toContain('\r\n0\r\n')
  })

  test('that sends events is never cut: 3 s for real (server/7)', async () => {
    const port = await start({ write: 400, read: 400 })
    using client = RawSocket.connect(port).write(get('/events'))
    await client.untilText('\r\n0\r\n', 6_000)
    expect(client.text).toContain('data: 29')
  })

  test('that sends events is never cut: 70 s of an injected clock (server/7)', async () => {
    const clock = createTestClock()
    const port = await start({ write: '60s' }, { clock: clock.now })
    using events = RawSocket.connect(port).write(get('/events'))
    using drip = RawSocket.connect(port).write(get('/drip'))
    await events.untilText('data: 0')
    await drip.untilText('drip')
    clock.advance('70s')
    // The stream of another kind shows that the time was over.
    await drip.untilClosed()
    await events.untilText('data: 15')
  })
})

/** Silent sockets and heads that do not come. On Bun its own 12 s hold. */
async function slowHeads(): Promise<void> {
  const port = await start({ readHeader: 300 })
  using silent = RawSocket.connect(port)
  using half = RawSocket.connect(port).write('GET / HTTP/1.1\r\nHo')
  using slow = RawSocket.connect(port).write('GET / HTTP/1.1\r\n')
  const timer = setInterval(() => slow.write('X-Slow: yes\r\n'), 50)
  for (const client of [silent, half, slow]) {
    await client.untilClosed(20_000)
    expect(client.age).toBeGreaterThan(onBun ? 4_000 : 250)
    expect(client.age).toBeLessThan(onBun ? 20_000 : 1_500)
    if (!onBun) expect(client.text).toMatch(/^HTTP\/1.1 408/)
  }
  clearInterval(timer)
}

/** A client that does not take its answer: cut after write on Node, after idle on Bun. */
async function slowReader(): Promise<void> {
  const timeouts = onBun ? ({ idle: '1s' } as const) : ({ write: 400 } as const)
  const server = await serve(app, { addr: '127.0.0.1:0', timeouts })
  servers.push(server)
  using client = RawSocket.connect(server.port ?? 0).write(get('/big'))
  await client.untilText('200')
  client.pause()
  await new Promise((resolve) => setTimeout(resolve, onBun ? 9_000 : 1_000))
  client.resume()
  await client.untilClosed()
  expect(client.text.length).toBeLessThan(50_000_000)
}

/** An idle connection. Node adds a second of its own, Bun counts in steps of four. */
async function idleConnection(): Promise<void> {
  const server = await serve(app, { addr: '127.0.0.1:0', timeouts: { idle: '1s' } })
  servers.push(server)
  using client = RawSocket.connect(server.port ?? 0).write(get('/'))
  await client.untilText('ok')
  await client.untilClosed(10_000)
  expect(client.age).toBeGreaterThan(800)
  expect(client.age).toBeLessThan(9_000)
}

/** A handler and an event stream that are silent for longer than idle. */
async function silentServer(): Promise<void> {
  const pause = onBun ? 9_000 : 900
  const quiet = new Hono()
    .get('/slow', async (c) => {
      await new Promise((resolve) => setTimeout(resolve, pause))
      return c.text('slow')
    })
    .get('/events', (c) =>
      streamSSE(c, async (stream) => {
        await stream.writeSSE({ data: 'first' })
        await stream.sleep(pause)
        await stream.writeSSE({ data: 'last' })
      }),
    )
  const timeouts = { idle: onBun ? '1s' : '200ms', write: '20s' } as const
  const server = await serve(quiet, { addr: '127.0.0.1:0', timeouts })
  servers.push(server)
  using slow = RawSocket.connect(server.port ?? 0).write(get('/slow'))
  using events = RawSocket.connect(server.port ?? 0).write(get('/events'))
  await slow.untilText('\r\n\r\nslow', 12_000)
  await events.untilText('data: last', 12_000)
}

describe('a client', () => {
  // At once: Bun's own timeouts take long.
  test('is closed when it sends no head, is idle, or does not take its answer, and not while the server is silent (server/4) (server/7) (server/8) (server/9)', async () => {
    await Promise.all([slowHeads(), idleConnection(), slowReader(), silentServer()])
  }, 30_000)
})
