import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { serve, type Running } from '../../../test/support/serve.ts'
import type { Lifecycle } from './index.ts'

/** Serves `/socket`, a WebSocket that the life cycle tracks, on this runtime's own server. */
export async function serveTracked(life: Lifecycle): Promise<Running> {
  return 'Bun' in globalThis ? serveOnBun(life) : serveOnNode(life)
}

async function serveOnBun(life: Lifecycle): Promise<Running> {
  const { upgradeWebSocket, websocket } = await import('hono/bun')
  const app = new Hono().get(
    '/socket',
    upgradeWebSocket(() => ({ onOpen: (_event, socket) => void life.track(socket) })),
  )
  return serve(app.fetch, { websocket })
}

async function serveOnNode(life: Lifecycle): Promise<Running> {
  const app = new Hono().get(
    '/socket',
    upgradeWebSocket(() => ({ onOpen: (_event, socket) => void life.track(socket) })),
  )
  const sockets = new WebSocketServer({ noServer: true })
  // The types of ws miss one optional parameter of node-server's interface.
  const server = createAdaptorServer({ fetch: app.fetch, websocket: { server: sockets as never } })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
