import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { middleware, requestId, stack } from './index.ts'

const observer = middleware({
  before: (x) => x.setHeader('x-observed', '1'),
  after: (_x, response) => void [response.status, response.headers.get('content-type')],
  settled: () => undefined,
})

/** node-server keeps what it can send without a real Response under a private symbol of this name. */
function isLight(response: Response): boolean {
  return Object.getOwnPropertySymbols(response).some((symbol) => symbol.description === 'cache')
}

async function send(app: Hono): Promise<{ light: boolean; headers: IncomingMessage['headers'] }> {
  let light = false
  const listener = getRequestListener(async (request, env) => {
    const response = await app.fetch(request, env)
    light = isLight(response)
    return response
  })
  const server = createServer(listener).listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const message = await new Promise<IncomingMessage>((resolve, reject) =>
      httpRequest({ port, path: '/' }, resolve).on('error', reject).end(),
    )
    message.resume()
    return { light, headers: message.headers }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a light response of node-server stays light (middleware/21)', async () => {
  const mounted = new Hono().use(stack(requestId(), observer), observer).get('/', (c) => c.json({ a: 1 }))
  const { light, headers } = await send(mounted)
  expect(light).toBe(true)
  expect([headers['x-observed'], headers['x-request-id']]).toEqual(['1', expect.stringMatching(/^[\w-]{22}$/)])
})

test('reading the body in a hook is what would make it heavy (middleware/21)', async () => {
  const reads = middleware({ after: (_x, response) => void response.body })
  expect((await send(new Hono().use(reads).get('/', (c) => c.json({ a: 1 })))).light).toBe(false)
})
