import { createAdaptorServer } from '@hono/node-server'
import type { Hono, MiddlewareHandler } from 'hono'
import type { AddressInfo } from 'node:net'
import { serve, type Running } from './serve.ts'

const echo = () => ({
  onMessage: (event: MessageEvent, socket: { send(data: string): void }) => socket.send(String(event.data)),
})

/** Serves an application with WebSockets on this runtime's own server; `upgrade` is a handler that echoes. */
export async function serveWebSocket(app: Hono): Promise<{ server: Running; upgrade: MiddlewareHandler }> {
  return 'Bun' in globalThis ? serveOnBun(app) : serveOnNode(app)
}

async function serveOnBun(app: Hono): Promise<{ server: Running; upgrade: MiddlewareHandler }> {
  const { upgradeWebSocket, websocket } = await import('hono/bun')
  return { server: await serve(app.fetch, { websocket }), upgrade: upgradeWebSocket(echo) }
}

async function serveOnNode(app: Hono): Promise<{ server: Running; upgrade: MiddlewareHandler }> {
  const { upgradeWebSocket } = await import('@hono/node-server')
  const { WebSocketServer } = await import('ws')
  const sockets = new WebSocketServer({ noServer: true })
  // ws's own types miss one optional parameter of node-server's interface.
  const server = createAdaptorServer({ fetch: app.fetch, websocket: { server: sockets as never } })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const running: Running = {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return { server: running, upgrade: upgradeWebSocket(echo) }
}
