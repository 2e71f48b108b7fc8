import { connect, createSecureServer, createServer, constants, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { cert, key } from '../../server/src/certificate.fixture.ts'
import { exchange, middleware, type Outcome } from './index.ts'

test('an HTTP/2 request settles once: finished, or aborted by a reset (middleware/30) (middleware/38)', async () => {
  const ends: Outcome[] = []
  const signals: AbortSignal[] = []
  const app = new Hono().use(middleware({ settled: (_x, outcome) => void ends.push(outcome) }))
  app.get('/json', (c) => c.json({ a: 1 }))
  app.get('/slow', (c) => {
    signals.push(exchange(c).signal)
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 10))
        controller.enqueue(new Uint8Array(10))
      },
    })
    return c.body(body, 200, { 'content-type': 'application/octet-stream' })
  })
  const server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    session.request({ ':path': '/json' }).resume()
    await eventually(() => ends.length === 1, 'the finished one')
    expect(ends[0]).toMatchObject({ status: 200, aborted: false })
    const cut = session.request({ ':path': '/slow' })
    cut.on('error', () => undefined)
    await new Promise((resolve) => cut.once('data', resolve))
    cut.close(constants.NGHTTP2_CANCEL)
    await eventually(() => ends.length === 2, 'the reset one')
    expect(ends[1]).toMatchObject({ status: 200, aborted: true })
    expect(signals[0]?.aborted).toBe(true)
  } finally {
    session.destroy()
    server.close()
  }
})

test('over HTTP/2 the scheme is that of the socket, whatever the client writes (middleware/32)', async () => {
  const app = new Hono().use(middleware({})).get('/', (c) => c.text(exchange(c).scheme))
  const listener = getRequestListener(app.fetch)
  const scheme = async (server: Http2Server, protocol: string, written: string): Promise<string> => {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const session = connect(`${protocol}://127.0.0.1:${port}`, { rejectUnauthorized: false })
    try {
      const stream = session.request({ ':path': '/', ':scheme': written }).setEncoding('utf8')
      return (await stream.toArray()).join('')
    } finally {
      session.destroy()
      server.close()
    }
  }
  expect(await scheme(createServer(listener), 'http', 'https')).toBe('http')
  expect(await scheme(createServer(listener), 'http', 'http')).toBe('http')
  expect(await scheme(createSecureServer({ cert, key }, listener), 'https', 'https')).toBe('https')
})
