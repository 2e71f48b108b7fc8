import { createServer, type Socket } from 'node:net'
import { Hono } from 'hono'
import { serve, type Running } from '../../../test/support/serve.ts'

/** What `/echo` answers: the request as it arrived. */
export interface Echo {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A server to call. */
export function startUpstream(): Promise<Running> {
  const app = new Hono()
  app.all('/echo', async (c) =>
    c.json({ method: c.req.method, headers: Object.fromEntries(c.req.raw.headers), body: await c.req.text() }),
  )
  app.get('/status/:code', (c) => new Response('no', { status: Number(c.req.param('code')) }))
  app.get('/empty', () => new Response(null, { status: 204 }))
  app.get('/never', () => new Promise<Response>(() => undefined))
  app.get('/drip', () => new Response(drip()))
  return serve(app.fetch)
}

function drip(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      controller.enqueue(new Uint8Array(10))
    },
  })
}

/** A server that does as it likes with each connection once a request has come. */
export async function startRawServer(answer: (socket: Socket) => void): Promise<Running> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}
