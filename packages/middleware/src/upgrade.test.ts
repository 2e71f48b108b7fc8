import { connect } from 'node:net'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { serveWebSocket } from '../../../test/support/serve-web-socket.ts'
import { middleware } from './index.ts'

test('a WebSocket upgrade settles once, as 101; one that is refused with its status (middleware/31)', async () => {
  const ends: string[] = []
  const app = new Hono().use(
    middleware({ settled: (x, { status, aborted }) => void ends.push(`${x.path} ${status} ${aborted}`) }),
  )
  const { server, upgrade } = await serveWebSocket(app)
  await using _closed = server
  app.get('/echo', upgrade)
  app.get('/refused', (c) => c.text('no', 401))

  const socket = new WebSocket(server.url.replace('http', 'ws') + '/echo')
  const answer = await new Promise((resolve, reject) => {
    socket.onopen = () => socket.send('hello')
    socket.onmessage = ({ data }) => resolve(data)
    socket.onerror = () => reject(new Error('the socket failed'))
  })
  expect(answer).toBe('hello')
  expect(ends).toEqual(['/echo 101 false'])
  socket.close()

  const refused = connect(server.port, '127.0.0.1')
  refused.on('error', () => undefined)
  refused.write(
    'GET /refused HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  await eventually(() => ends.length === 2, 'the refused one')
  refused.destroy()
  expect(ends[1]).toBe('/refused 401 false')
})

test('a request that only asks for an upgrade settles with the status that it got (middleware/31)', async () => {
  const ends: unknown[] = []
  const app = new Hono().use(middleware({ settled: (_x, { status }) => void ends.push(status) }))
  const { server } = await serveWebSocket(app)
  await using _closed = server
  app.get('/json', (c) => c.json({})).get('/text', (c) => c.text('text'))
  for (const path of ['/json', '/text']) {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
  }
  await eventually(() => ends.length === 2, 'two ends')
  expect(ends).toEqual([200, 200])
})
