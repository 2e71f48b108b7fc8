import { connect } from 'node:http2'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { health } from '@seaworthy/health'
import { serve, type ServeOptions, type Server } from '@seaworthy/server'
import { shutdown, type Lifecycle, type ShutdownOptions } from '@seaworthy/shutdown'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cert, key } from '../../packages/server/src/certificate.fixture.ts'
import { RawSocket } from '../support/raw-socket.ts'
import { eventually } from '../support/serve.ts'

const onBun = 'Bun' in globalThis
const { NODE_ENV } = process.env
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const exits: number[] = []

let life: Lifecycle
let server: Server | undefined

/** A life cycle that notes its exit code instead of leaving. */
function create(options: ShutdownOptions = {}): Lifecycle {
  return shutdown({
    deadline: '10s',
    onUncaught: 'ignore',
    logger: silent,
    exit: (code) => exits.push(code),
    ...options,
  })
}

async function start(app: Hono, options: ServeOptions = {}): Promise<number> {
  server = await serve(app, { addr: '127.0.0.1:0', lifecycle: life, ...options })
  return server.port ?? 0
}

beforeEach(() => {
  process.env['NODE_ENV'] = 'production'
})

afterEach(async () => {
  process.env['NODE_ENV'] = NODE_ENV
  server?.destroy()
  await life.stop()
  exits.length = 0
})

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`

describe('serve({ lifecycle })', () => {
  test('mounts it, and makes it ready once the server listens (server/23)', async () => {
    life = create({ signals: [] })
    const serving = start(new Hono())
    expect(life.state).toBe('starting')
    await serving
    expect(life.state).toBe('ready')
    expect(life.mounted).toBe(true)
  })

  test('does not make it ready when the server cannot listen (server/23)', async () => {
    life = create({ signals: [] })
    await expect(serve(new Hono(), { addr: '203.0.113.7:0', lifecycle: life })).rejects.toThrow()
    expect(life.state).toBe('starting')
  })

  test('is what health follows, without either package knowing the other (shutdown/25)', async () => {
    life = create({ signals: [] })
    const app = new Hono().use(health({ lifecycle: life }))
    expect((await app.request('/readyz')).status).toBe(503)
    expect(await (await app.request('/healthz')).text()).toContain('ERR_LIFECYCLE_NOT_MOUNTED')
    const port = await start(app)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).not.toContain('ERR_LIFECYCLE_NOT_MOUNTED')
  })

  test('drains by SIGTERM: readiness off, still serving, Connection: close, then closed (shutdown/26) (shutdown/25) (shutdown/2)', async () => {
    life = create({ signals: ['SIGTERM'], drainDelay: 400 })
    const app = new Hono().use(health({ lifecycle: life })).get('/', (c) => c.text('served'))
    const port = await start(app)
    using idle = RawSocket.connect(port).write(get('/'))
    await idle.untilText('served')
    process.kill(process.pid, 'SIGTERM')
    await eventually(() => life.state === 'draining', 'the signal')

    // The load balancer has not noticed: nothing is refused, an idle connection is left alone.
    using probe = RawSocket.connect(port).write(get('/readyz'))
    expect(await probe.untilClosed()).toMatch(/^HTTP\/1.1 503[\s\S]*connection: close/i)
    using alive = RawSocket.connect(port).write(get('/livez'))
    expect(await alive.untilClosed()).toMatch(/^HTTP\/1.1 200/)
    using late = RawSocket.connect(port).write(get('/'))
    expect(await late.untilClosed()).toMatch(/connection: close[\s\S]*served/i)
    expect(idle.closed).toBe(false)

    await eventually(() => life.state === 'stopped', 'the end')
    await idle.untilClosed()
    expect(idle.error).toBeUndefined()
    expect(exits).toEqual([0])
  })

  test('an idle connection may still make its request while draining (shutdown/26)', async () => {
    life = create({ signals: ['SIGTERM'], drainDelay: 300 })
    const port = await start(new Hono().get('/', (c) => c.text('served')))
    using client = RawSocket.connect(port).write(get('/'))
    await client.untilText('served')
    process.kill(process.pid, 'SIGTERM')
    await eventually(() => life.state === 'draining', 'the signal')
    client.write(get('/'))
    const text = await client.untilClosed()
    expect(text.split('served')).toHaveLength(3)
    expect(text).toMatch(/connection: close/i)
  })

  test('says Connection: close also where no application was asked (shutdown/14)', async () => {
    life = create({ signals: ['SIGTERM'], drainDelay: 300 })
    const port = await start(new Hono())
    process.kill(process.pid, 'SIGTERM')
    await eventually(() => life.state === 'draining', 'the signal')
    using bad = RawSocket.connect(port).write('GET http://[ HTTP/1.1\r\nHost: test\r\n\r\n')
    // Bun takes the target for a path.
    expect(await bad.untilClosed()).toMatch(/^HTTP\/1.1 (400|404)[\s\S]*connection: close/i)
  })

  test('ends event streams, waits for requests, and then runs the hooks (shutdown/2)', async () => {
    life = create({ signals: [] })
    const calls: string[] = []
    const app = new Hono()
      .get('/events', (c) =>
        streamSSE(c, async (stream) => {
          await stream.writeSSE({ data: 'hello' })
          await new Promise((resolve) => stream.onAbort(() => resolve(undefined)))
          calls.push('stream')
        }),
      )
      .get('/slow', async (c) => {
        await new Promise((resolve) => setTimeout(resolve, 200))
        calls.push('request')
        return c.text('slow')
      })
    const port = await start(app)
    life.hook('db', () => void calls.push('db'))
    using events = RawSocket.connect(port).write(get('/events'))
    await events.untilText('hello')
    using slow = RawSocket.connect(port).write(get('/slow'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await life.stop()).toMatchObject({ clean: true, open: [] })
    expect(calls).toEqual(['stream', 'request', 'db'])
    expect(await slow.untilClosed()).toContain('slow')
  })

  test('a connection that becomes idle late is closed all the same (shutdown/26)', async () => {
    life = create({ signals: [] })
    const head = Promise.withResolvers<void>()
    const app = new Hono().get('/', (c) =>
      c.body(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode('begun '))
            await head.promise
            controller.enqueue(new TextEncoder().encode('ended'))
            controller.close()
          },
        }),
        { headers: { 'transfer-encoding': 'chunked' } },
      ),
    )
    const port = await start(app)
    // Its head is sent before the drain: it says nothing of closing.
    using client = RawSocket.connect(port).write(get('/'))
    expect(await client.untilText('begun')).not.toMatch(/connection: close/i)
    const stopped = life.stop()
    head.resolve()
    const { clean, duration } = await stopped
    expect(clean).toBe(true)
    expect(duration).toBeLessThan(900)
    await client.untilText('ended')
    await client.untilClosed()
  })

  test('names a request that never ends, cuts it, and exits with 1 (shutdown/12)', async () => {
    life = create({ signals: ['SIGUSR2'], deadline: 500, drainDelay: 0 })
    const app = new Hono().get('/hang', () => new Promise<Response>(() => undefined))
    const port = await start(app)
    using client = RawSocket.connect(port).write(get('/hang'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.kill(process.pid, 'SIGUSR2')
    await client.untilClosed()
    await eventually(() => exits.length > 0, 'the exit')
    expect(exits).toEqual([1])
    const { open } = await life.stop()
    expect(open).toEqual([expect.stringMatching(/^GET \/hang \(\d+ ms\)$/), `connections to ${server?.url}`])
  })

  test('sends GOAWAY to HTTP/2 clients: on Node at the drain, on Bun when it closes (shutdown/27)', async () => {
    life = create({ signals: ['SIGTERM'], drainDelay: 300 })
    const app = new Hono().get('/', (c) => c.text('served'))
    const port = await start(app, { tls: { cert, key }, http2: true })
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    session.on('error', () => undefined)
    let told: string | undefined
    session.on('goaway', () => (told ??= life.state))
    await new Promise((resolve) => session.request({ ':path': '/' }).resume().once('close', resolve))
    process.kill(process.pid, 'SIGTERM')
    await eventually(() => told !== undefined, 'GOAWAY')
    expect(told).toBe(onBun ? 'closing' : 'draining')
    await eventually(() => life.state === 'stopped', 'the end')
    expect(exits).toEqual([0])
    session.destroy()
  })
})
