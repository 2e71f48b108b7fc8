import { connect, createServer, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
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
