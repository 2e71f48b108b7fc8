import { connect as connectHttp2, createServer } from 'node:http2'
import { connect, type AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { metrics } from './index.ts'
import type { HistogramValue } from './metric-data.ts'
import { startSdk, type Point, type Sdk } from './start-sdk.test-kit.ts'

const sent = 'http.server.response.body.size'

let sdk: Sdk
beforeEach(() => {
  sdk = startSdk()
})
afterEach(() => sdk.stop())

async function one(name: string): Promise<Point<HistogramValue>> {
  const end = performance.now() + 5_000
  for (;;) {
    const [point] = await sdk.histograms(name)
    if (point !== undefined) return point
    if (performance.now() > end) throw new Error(`no ${name} within 5 s`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function application(): Hono {
  return new Hono()
    .use(metrics({ bodySize: true }))
    .get('/json', (c) => c.json({ price: '10 €' }))
    .get('/bytes', (c) => c.body(new Uint8Array(70_000)))
    .get('/stream', (c) =>
      stream(c, async (out) => {
        for (const part of ['one', 'two', 'drei €']) await out.write(part)
      }),
    )
}

const sizes: Readonly<Record<string, number>> = { '/json': 18, '/bytes': 70_000, '/stream': 14 }

for (const [path, size] of Object.entries(sizes)) {
  test(`the size of a response without a Content-Length of the handler's own is counted: ${path} (metrics/21)`, async () => {
    await using server = await serve(application().fetch)
    const received = (await (await fetch(server.url + path)).arrayBuffer()).byteLength
    expect(received).toBe(size)
    expect((await one(sent)).value.sum).toBe(size)
  })

  test(`and over HTTP/2, whose version is 2: ${path} (metrics/15) (metrics/21)`, async () => {
    const server = createServer(getRequestListener(application().fetch)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    try {
      session.request({ ':path': path }).resume()
      const { attributes, value } = await one(sent)
      expect(value.sum).toBe(size)
      expect(attributes['network.protocol.version']).toBe('2')
    } finally {
      session.destroy()
      server.close()
    }
  })
}

test('the version of HTTP/1.0 is 1.0 (metrics/15)', async () => {
  await using server = await serve(application().fetch)
  const socket = connect(server.port, '127.0.0.1')
  socket.resume().write('GET /json HTTP/1.0\r\nHost: localhost\r\n\r\n')
  expect((await one('http.server.request.duration')).attributes['network.protocol.version']).toBe('1.0')
  socket.destroy()
})

test('HEAD has a size of none, whatever the handler would have sent (metrics/21)', async () => {
  await using server = await serve(application().fetch)
  await fetch(`${server.url}/bytes`, { method: 'HEAD' })
  expect((await one(sent)).value.sum).toBe(0)
})
