import { PassThrough } from 'node:stream'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { eventually, serve } from '../../../test/support/serve.ts'
import { serveTracked } from './serve-tracked.fixture.ts'
import { RecordingLogger } from './recording-logger.fixture.ts'
import { shutdown, type Lifecycle } from './index.ts'

function quiet(): Lifecycle {
  return shutdown({ signals: [], onUncaught: 'ignore', logger: new RecordingLogger(), deadline: '4s', drainDelay: 0 })
}

/** The close frame that a client gets. */
function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
}

function opening(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.addEventListener('open', resolve))
}

describe('a tracked WebSocket', () => {
  test('is closed with 1001 (shutdown/16)', async () => {
    const life = quiet()
    await using server = await serveTracked(life)
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/socket`)
    const code = closing(client)
    await opening(client)
    expect(await life.stop()).toMatchObject({ clean: true })
    expect(await code).toBe(1001)
  })

  test('is cut after a second when its client never answers the close frame (shutdown/16)', async () => {
    const life = quiet()
    await using server = await serveTracked(life)
    using client = RawSocket.connect(server.port).write(
      'GET /socket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    await client.untilText('101')
    const { duration } = await life.stop()
    // A close frame with the code 1001.
    expect(await client.untilClosed()).toContain('\u0003\u00e9Service is shutting down')
    expect(duration).toBeLessThan(3000)
    // Bun closes the connection without waiting for the answer.
    if (!('Bun' in globalThis)) expect(duration).toBeGreaterThanOrEqual(900)
  })

  test('of a client is closed as well, which may not say 1001 on Node (shutdown/16)', async () => {
    const life = quiet()
    await using server = await serveTracked(quiet())
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/socket`)
    const code = closing(client)
    await opening(client)
    life.track(client)
    await life.stop()
    expect(await code).toBe('Bun' in globalThis ? 1001 : 1005)
  })
})

describe('a tracked stream', () => {
  test('of server-sent events ends, and with it the request (shutdown/16)', async () => {
    const life = quiet()
    const app = new Hono().use(life).get('/events', (c) =>
      streamSSE(c, async (stream) => {
        life.track(stream)
        await stream.writeSSE({ data: 'hello' })
        await new Promise((resolve) => stream.onAbort(() => resolve(undefined)))
      }),
    )
    await using server = await serve(app.fetch)
    using client = RawSocket.connect(server.port).write('GET /events HTTP/1.1\r\nHost: test\r\n\r\n')
    await client.untilText('hello')
    expect(await life.stop()).toMatchObject({ clean: true })
    await client.untilText('0\r\n\r\n')
  })

  test('of Node ends (shutdown/16)', async () => {
    const life = quiet()
    const stream = new PassThrough()
    life.track(stream)
    await life.stop()
    expect(stream.writableEnded).toBe(true)
  })
})

describe('tracking', () => {
  test('ends when it is told to (shutdown/17)', async () => {
    const life = quiet()
    const calls: string[] = []
    const untrack = life.track({ end: () => calls.push('untracked') })
    life.track({ end: () => calls.push('tracked') })
    untrack()
    await life.stop()
    expect(calls).toEqual(['tracked'])
  })

  test('closes at once what comes after closing has begun (shutdown/17)', async () => {
    const life = quiet()
    const calls: string[] = []
    life.hook('late', () => void life.track({ end: () => calls.push('ended') }))
    await life.stop()
    expect(calls).toEqual(['ended'])
  })

  test('does not mind one that fails to close (shutdown/17)', async () => {
    const life = quiet()
    life.track({
      close() {
        throw new Error('closed already')
      },
    })
    life.track({ end: () => Promise.reject(new Error('not now')) })
    expect(await life.stop()).toMatchObject({ clean: true })
  })

  test('forgets what has closed without telling (shutdown/17)', async () => {
    const life = quiet()
    let forgotten = 0
    const registry = new FinalizationRegistry(() => forgotten++)
    const track = (): void => {
      const socket = { readyState: 3, close: () => undefined, payload: new Uint8Array(100_000) }
      registry.register(socket, undefined)
      life.track(socket)
    }
    await eventually(
      () => {
        for (let i = 0; i < 100; i++) track()
        return forgotten > 0
      },
      'a closed WebSocket to be collected',
      15_000,
    )
  })
})
