import { createServer, type AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { serve } from '../../../test/support/serve.ts'
import { RecordingLogger } from './recording-logger.fixture.ts'
import { shutdown } from './index.ts'

test('a response whose head is not written yet when the drain begins says Connection: close (shutdown/14)', async () => {
  const life = shutdown({ signals: [], onUncaught: 'ignore', logger: new RecordingLogger(), drainDelay: 0 })
  const upstream = createServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf')
      setTimeout(() => socket.end('body'), 100)
    })
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  let stopped: Promise<unknown> | undefined
  const proxy = new Hono().use(life).get('/', async () => {
    const response = await fetch(`http://127.0.0.1:${port}`)
    // With half of the body there, node-server waits a moment for the rest before it writes the head.
    setImmediate(() => (stopped = life.stop()))
    return response
  })
  await using server = await serve(proxy.fetch)
  using client = RawSocket.connect(server.port).write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
  expect(await client.untilClosed()).toMatch(/connection: close[\s\S]*halfbody/i)
  await stopped
  upstream.close()
})
