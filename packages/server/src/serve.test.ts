import { connect, createServer } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { problem } from '@seaworthy/middleware'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { cert, key } from './certificate.fixture.ts'
import { serve, type App, type Server, type ServeOptions } from './index.ts'

const onBun = 'Bun' in globalThis
const code = (value: string): unknown => expect.objectContaining({ code: value })
const app = new Hono()
  .get('/', (c) => c.text('ok'))
  .post('/', async (c) => c.text(`got ${(await c.req.text()).length}`))
  .onError((error, c) => c.text(error.message, 500))

const servers: Server[] = []

async function start(options: ServeOptions = {}, served: App = app): Promise<Server> {
  const server = await serve(served, { addr: '127.0.0.1:0', ...options })
  servers.push(server)
  return server
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.destroy()
    await server.close()
  }
})

/** What a request over a TCP or Unix socket is answered with. */
async function ask(target: number | string, text: string, host: string = '127.0.0.1'): Promise<string> {
  using socket = new RawSocket(typeof target === 'number' ? connect(target, host) : connect(target))
  return await socket.write(text).untilClosed()
}

const get = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n'

describe('an application', () => {
  test('is anything with fetch: Hono, or an object (server/1)', async () => {
    const object: App = { fetch: (request) => new Response(`path ${new URL(request.url).pathname}`) }
    const [hono, plain] = [await start(), await start({}, object)]
    expect(await (await fetch(hono.url)).text()).toBe('ok')
    expect(await (await fetch(`${plain.url}/x`)).text()).toBe('path /x')
  })

  test('gets what the runtime has beside the request (server/1)', async () => {
    const seen: string[] = []
    const server = await start(
      {},
      {
        fetch(_request, env) {
          seen.push(...Object.keys(env ?? {}))
          return new Response(typeof Reflect.get(env ?? {}, 'requestIP'))
        },
      },
    )
    const text = await (await fetch(server.url)).text()
    if (onBun) expect(text).toBe('function')
    else expect(seen).toEqual(['incoming', 'outgoing'])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('secret detail')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['rejects with no Error', () => Promise.reject('secret detail')],
  ] as const)('that %s is answered 500 without details, and the error is reported (server/2)', async (_how, fails) => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const server = await start({}, { fetch: fails })
    const response = await fetch(server.url)
    expect(response.status).toBe(500)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.text()).not.toContain('secret')
    expect(String(report.mock.calls[0]?.[1])).toContain('secret detail')
    report.mockRestore()
  })

  test('needs no serve(): its default export runs on Bun and elsewhere (server/3)', async () => {
    const { handler } = await import('@seaworthy/middleware')
    const { deadline } = await import('./deadline.ts')
    const exported = { fetch: handler(deadline('1s'), app.fetch) }
    expect(await (await exported.fetch(new Request('http://test/'))).text()).toBe('ok')
  })
})

describe('an address', () => {
  test(':0 listens on all interfaces, over IPv4 and IPv6 (server/10)', async () => {
    const server = await start({ addr: ':0' })
    expect(server.url).toBe(`http://localhost:${server.port}`)
    expect(server.port).toBeGreaterThan(0)
    expect(await ask(server.port ?? 0, get, '127.0.0.1')).toContain('ok')
    expect(await ask(server.port ?? 0, get, '::1')).toContain('ok')
  })

  test('127.0.0.1:0 and [::1]:0 listen there alone (server/10)', async () => {
    const four = await start({ addr: '127.0.0.1:0' })
    expect(four.url).toBe(`http://127.0.0.1:${four.port}`)
    expect(await ask(four.port ?? 0, get)).toContain('ok')
    const six = await start({ addr: '[::1]:0' })
    expect(six.url).toBe(`http://[::1]:${six.port}`)
    expect(await ask(six.port ?? 0, get, '::1')).toContain('ok')
    using refused = new RawSocket(connect(six.port ?? 0, '127.0.0.1'))
    await refused.untilClosed()
    expect(refused.error).toBe('ECONNREFUSED')
  })

  test('unix:/path is a socket file, also where a killed process has left one (server/11)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'server-'))
    const path = join(folder, 'service.sock')
    await leaveSocketFile(path)
    const server = await start({ addr: `unix:${path}` })
    expect(server.url).toBe(`unix:${path}`)
    expect(server.port).toBeUndefined()
    expect(await ask(path, get)).toContain('ok')
    await expect(serve(app, { addr: `unix:${path}` })).rejects.toThrow(code('ERR_SERVER_ADDRESS_IN_USE'))
    expect(await ask(path, get)).toContain('ok')
    await server.close()
    const again = await start({ addr: `unix:${path}` })
    expect(await ask(path, get)).toContain('ok')
    await again.close()
    rmSync(folder, { recursive: true })
  })

  test('that another process has is an error that names the port (server/12)', async () => {
    const { port } = await start()
    await expect(serve(app, { addr: `127.0.0.1:${port}` })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_SERVER_ADDRESS_IN_USE',
        message: `Another process already listens on port ${port}.`,
      }),
    )
  })

  test('that this machine does not have is an error (server/12)', async () => {
    await expect(serve(app, { addr: '203.0.113.7:0' })).rejects.toThrow(code('ERR_SERVER_LISTEN'))
    await expect(serve(app, { addr: 'unix:/nowhere/at/all.sock' })).rejects.toThrow(code('ERR_SERVER_LISTEN'))
  })

  test.each(['', '8080', ':', ':x', '::1:8080', '[::1]', ':65536', ':-1', 'unix:', 'http://localhost:80', 'a b:80'])(
    '%o is an error (server/10)',
    async (addr) => {
      await expect(serve(app, { addr })).rejects.toThrow(code('ERR_SERVER_ADDRESS'))
    },
  )
})

describe('limits', () => {
  test('a request head over maxHeaderBytes gets 431, 16 KiB by default (server/13)', async () => {
    const server = await start()
    const head = (bytes: number): string => get.replace('\r\n\r\n', `\r\nX-Big: ${'a'.repeat(bytes)}\r\n\r\n`)
    expect(await ask(server.port ?? 0, head(15_000))).toMatch(/^HTTP\/1.1 200/)
    expect(await ask(server.port ?? 0, head(17_000))).toMatch(/^HTTP\/1.1 431/)
    expect(
      await ask(server.port ?? 0, get.replace('\r\n\r\n', `${'\r\nX-Many: 0123456789'.repeat(1_000)}\r\n\r\n`)),
    ).toMatch(/^HTTP\/1.1 431/)
  })

  test('maxHeaderBytes set by hand holds (server/13)', async () => {
    const server = await start({ maxHeaderBytes: '4KiB' })
    const head = (bytes: number): string => get.replace('\r\n\r\n', `\r\nX-Big: ${'a'.repeat(bytes)}\r\n\r\n`)
    expect(await ask(server.port ?? 0, head(3_000))).toMatch(/^HTTP\/1.1 200/)
    expect(await ask(server.port ?? 0, head(5_000))).toMatch(/^HTTP\/1.1 431/)
    await start({ maxHeaderBytes: '16KiB' })
  })

  test('a body over maxBodyBytes gets 413, 1 MiB by default (server/14)', async () => {
    const server = await start()
    const post = (length: number): string =>
      `POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`
    const mebi = 1024 * 1024
    expect(await ask(server.port ?? 0, post(mebi) + 'x'.repeat(mebi))).toContain(`got ${mebi}`)
    using tooLong = RawSocket.connect(server.port ?? 0).write(post(mebi + 1))
    expect(await tooLong.untilText('413')).toMatch(/^HTTP\/1.1 413/)
  })

  test('a body of unknown length gets 413 when it goes over maxBodyBytes (server/14)', async () => {
    const server = await start({ maxBodyBytes: 1000 })
    using socket = RawSocket.connect(server.port ?? 0)
    socket.write('POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (let i = 0; i < 20; i++) socket.write(`64\r\n${'x'.repeat(100)}\r\n`)
    expect(await socket.untilText('413')).toMatch(/^HTTP\/1.1 413/)
    using within = RawSocket.connect(server.port ?? 0)
    within.write('POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n')
    within.write(`${'x'.repeat(1000)}\r\n0\r\n\r\n`)
    expect(await within.untilText('got')).toContain('got 1000')
  })
})

describe('options', () => {
  test.each([
    { maxHeaderBytes: 0 },
    { maxHeaderBytes: '2MiB' },
    { http2: true },
    { timeouts: { idle: 0 } },
    { timeouts: { write: 0 } },
    { timeouts: { read: 1_000, readHeader: 2_000 } },
  ] satisfies ServeOptions[])('out of range are an error: %o (server/15)', async (options) => {
    await expect(serve(app, { addr: '127.0.0.1:0', ...options })).rejects.toThrow(code('ERR_SERVER_OPTION'))
  })

  test('that this runtime cannot honour are an error, never ignored (server/15)', async () => {
    const unsupported: readonly ServeOptions[] = onBun
      ? [
          { timeouts: { readHeader: '10s' } },
          { timeouts: { idle: '500ms' } },
          { timeouts: { idle: '300s' } },
          { webSocket: { server: {} as never } },
        ]
      : [{ webSocket: { message: () => undefined } }]
    for (const options of unsupported) {
      await expect(serve(app, { addr: '127.0.0.1:0', ...options })).rejects.toThrow(code('ERR_UNSUPPORTED_OPTION'))
    }
  })

  test('malformed durations and sizes are errors', async () => {
    // @ts-expect-error Not a duration.
    await expect(serve(app, { timeouts: { read: '10 seconds' } })).rejects.toThrow(code('ERR_DURATION'))
    // @ts-expect-error Not a size.
    await expect(serve(app, { maxBodyBytes: '1 MB' })).rejects.toThrow(code('ERR_SIZE'))
  })
})

describe('HTTPS', () => {
  test('is served with tls, as text or bytes (server/16)', async () => {
    for (const pair of [
      { cert, key },
      { cert: new TextEncoder().encode(cert), key: new TextEncoder().encode(key) },
    ]) {
      const server = await start({ tls: pair })
      expect(server.url).toBe(`https://127.0.0.1:${server.port}`)
      using socket = RawSocket.connectTls(server.port ?? 0).write(get)
      expect(await socket.untilClosed()).toContain('ok')
    }
  })
})

describe('closing', () => {
  test('waits for a request under way, and takes no more (server/20)', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const server = await start({}, { fetch: async () => (await promise, new Response('late')) })
    using socket = RawSocket.connect(server.port ?? 0).write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
    await new Promise((done) => setTimeout(done, 50))
    let closed = false
    const closing = server.close().then(() => (closed = true))
    await new Promise((done) => setTimeout(done, 100))
    using refused = RawSocket.connect(server.port ?? 0).write(get)
    await refused.untilClosed()
    expect(refused.error).toMatch(/^ECONN/)
    expect(closed).toBe(false)
    resolve()
    await closing
    expect(await socket.untilClosed()).toContain('late')
  })

  test('closes idle connections, and one that becomes idle (server/20)', async () => {
    const server = await start()
    const keep = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n'
    using used = RawSocket.connect(server.port ?? 0).write(keep)
    await used.untilText('ok')
    const start0 = performance.now()
    await server.close()
    await used.untilClosed()
    expect(performance.now() - start0).toBeLessThan(900)
  })

  test('does not wait for half a request head for more than a second or so (server/20)', async () => {
    const server = await start()
    using half = RawSocket.connect(server.port ?? 0).write('GET / HTTP/1.1\r\nHo')
    await new Promise((done) => setTimeout(done, 50))
    const begin = performance.now()
    await server.close()
    await half.untilClosed()
    expect(performance.now() - begin).toBeLessThan(2_500)
  })

  test('is one closing, however often it is asked for, and destroy() cuts what is left (server/20)', async () => {
    const server = await start({}, { fetch: () => new Promise<Response>(() => undefined) })
    using hanging = RawSocket.connect(server.port ?? 0).write(get)
    await new Promise((done) => setTimeout(done, 50))
    const closing = server.close()
    expect(server.close()).toBe(closing)
    server.destroy()
    await closing
    await hanging.untilClosed()
    expect(hanging.text).toBe('')
  })

  test('happens at the end of an `await using` block (server/20)', async () => {
    let port: number | undefined
    {
      await using server = await serve({ fetch: () => problem({ status: 503 }) }, { addr: '127.0.0.1:0' })
      ;({ port } = server)
    }
    using refused = RawSocket.connect(port ?? 0)
    await refused.untilClosed()
    expect(refused.error).toBe('ECONNREFUSED')
  })
})

/** A socket file without anybody behind it. */
async function leaveSocketFile(path: string): Promise<void> {
  const { spawnSync } = await import('node:child_process')
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', code])
  const probe = createServer()
  await new Promise((resolve) => probe.once('error', resolve).listen(path))
}
