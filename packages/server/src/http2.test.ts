import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { Hono } from 'hono'
import { streamSSE, streamText } from 'hono/streaming'
import { afterEach, describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { eventually } from '../../../test/support/serve.ts'
import { cert, key } from './certificate.fixture.ts'
import { serve, type Server, type ServeOptions } from './index.ts'

const onBun = 'Bun' in globalThis

const app = new Hono()
  .get('/', (c) => c.text('ok'))
  .post('/', async (c) => c.text(`got ${(await c.req.text()).length}`))
  .get('/version', (c) => c.text(c.req.raw.url))
  .get('/hang', () => new Promise<Response>(() => undefined))
  .get('/slow', async (c) => {
    // Longer than the patience with what is half open.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    return c.text('slow')
  })
  .get('/events', (c) =>
    streamSSE(c, async (stream) => {
      for (let i = 0; i < 12 && !stream.aborted; i++) {
        await stream.writeSSE({ data: String(i) })
        await stream.sleep(100)
      }
    }),
  )
  .get('/endless', (c) =>
    streamSSE(c, async (stream) => {
      await stream.writeSSE({ data: 'hello' })
      await new Promise((resolve) => stream.onAbort(() => resolve(undefined)))
    }),
  )
  .get('/text', (c) => streamText(c, async (stream) => void (await stream.write('streamed'))))
  .get('/connection', (c) =>
    c.text('stripped', 200, {
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
      'proxy-connection': 'close',
      upgrade: 'h2c',
    }),
  )
  .onError((error, c) => c.text(error.message, 500))

interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly error: string | undefined
}

const servers: Server[] = []
const sessions: ClientHttp2Session[] = []

async function start(options: ServeOptions = {}): Promise<Server> {
  const server = await serve(app, { addr: '127.0.0.1:0', tls: { cert, key }, http2: true, ...options })
  servers.push(server)
  return server
}

function open(server: Server): ClientHttp2Session {
  const session = connect(server.url, { rejectUnauthorized: false })
  session.on('error', () => undefined)
  sessions.push(session)
  return session
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: string = ''): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === '' })
  if (body !== '') stream.end(body)
  return answerTo(stream)
}

function answerTo(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders = {}
    let body = ''
    let error: string | undefined
    stream.on('response', (head) => (headers = head))
    stream.on('data', (chunk: Buffer) => (body += chunk.toString()))
    stream.on('error', (reason) => (error = 'code' in reason ? String(reason.code) : reason.message))
    stream.on('close', () => resolve({ headers, body, error }))
  })
}

afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy()
  for (const server of servers.splice(0)) {
    server.destroy()
    await server.close()
  }
})

describe('HTTP/2', () => {
  test('is served beside HTTP/1.1 on one port (server/17)', async () => {
    const server = await start()
    const session = open(server)
    expect(await ask(session, { ':path': '/' })).toMatchObject({ headers: { ':status': 200 }, body: 'ok' })
    expect(await ask(session, { ':path': '/', ':method': 'POST' }, 'hello')).toMatchObject({ body: 'got 5' })
    using old = RawSocket.connectTls(server.port ?? 0)
    expect(await old.write('GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n').untilClosed()).toContain('ok')
  })

  test.each([
    ['/events', 'data: 11'],
    ['/text', 'streamed'],
    ['/connection', 'stripped'],
  ])("Hono's streams work: connection headers are left out of %s (server/18)", async (path, text) => {
    const session = open(await start())
    const { headers, body } = await ask(session, { ':path': path })
    expect(headers[':status']).toBe(200)
    expect(body).toContain(text)
    for (const name of ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']) {
      expect(headers[name]).toBeUndefined()
    }
    expect(await ask(session, { ':path': '/' })).toMatchObject({ body: 'ok' })
  })

  test('has the limits of HTTP/1.1: 413 for a stated length and for one that is not (server/14)', async () => {
    const session = open(await start({ maxBodyBytes: 1000 }))
    const post = { ':path': '/', ':method': 'POST' }
    expect((await ask(session, { ...post, 'content-length': 1000 }, 'x'.repeat(1000))).body).toBe('got 1000')
    expect((await ask(session, post, 'x'.repeat(1000))).body).toBe('got 1000')
    expect((await ask(session, { ...post, 'content-length': 1001 }, 'x'.repeat(1001))).headers[':status']).toBe(413)
    expect((await ask(session, post, 'x'.repeat(5000))).headers[':status']).toBe(413)
  })

  test('closing sends GOAWAY, ends event streams, and waits for what is under way (server/19)', async () => {
    const server = await start()
    const session = open(server)
    const codes: number[] = []
    session.on('goaway', (code: number) => codes.push(code))
    const slow = ask(session, { ':path': '/slow' })
    const endless = session.request({ ':path': '/endless' })
    const ended = answerTo(endless)
    await new Promise((resolve) => endless.once('data', resolve))
    const closing = server.close()
    expect(await slow).toMatchObject({ body: 'slow', error: undefined })
    expect(await ended).toMatchObject({ headers: { ':status': 200 }, error: undefined })
    await closing
    await eventually(() => session.closed, 'the session to close')
    expect(codes[0]).toBe(0)
  })

  test('draining sends GOAWAY at once on Node, while requests under way and new ones go on (server/19)', async () => {
    const server = await start()
    const session = open(server)
    const goaways: unknown[] = []
    session.on('goaway', (code: number, last: number) => goaways.push([code, last]))
    const slow = ask(session, { ':path': '/slow' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    server.drain()
    expect(await slow).toMatchObject({ body: 'slow' })
    // "Send nothing new here", without a request being lost: the last stream id is the largest (RFC 9113 §6.8).
    if (!onBun) expect(goaways[0]).toEqual([0, 2 ** 31 - 1])
    const next = open(server)
    let told = false
    next.on('goaway', () => (told = true))
    expect(await ask(next, { ':path': '/' })).toMatchObject({ body: 'ok' })
    if (!onBun) await eventually(() => told, 'GOAWAY after the first request')
    await server.close()
  })
})

describe('HTTP/2 time limits', () => {
  test('a handler that hangs is cut after write, an event stream is not (server/6) (server/7)', async () => {
    const session = open(await start({ timeouts: { write: 400 } }))
    const [hung, events] = await Promise.all([ask(session, { ':path': '/hang' }), ask(session, { ':path': '/events' })])
    // Node resets the stream; Bun answers.
    if (onBun) expect(hung.headers[':status']).toBe(503)
    else expect(hung.headers[':status']).toBeUndefined()
    expect(events.body).toContain('data: 11')
  })

  test('a body that does not come is cut after read (server/5)', async () => {
    const session = open(await start({ timeouts: { read: 400 } }))
    const stream = session.request({ ':path': '/', ':method': 'POST' })
    stream.write('some')
    const { headers, error } = await answerTo(stream)
    if (onBun) expect(headers[':status']).toBe(408)
    else expect([headers[':status'], error]).not.toEqual([200, undefined])
  })
})
