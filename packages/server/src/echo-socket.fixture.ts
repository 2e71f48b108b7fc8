import { Hono } from 'hono'
import type { WebSocketOptions } from './index.ts'

/** An application with a WebSocket that echoes at `/socket`, and what this runtime needs for it. */
export async function echoSocket(): Promise<{ readonly app: Hono; readonly webSocket: WebSocketOptions }> {
  const events = () => ({
    onMessage: (event: MessageEvent, socket: { send(data: string): void }) => socket.send(String(event.data)),
  })
  if ('Bun' in globalThis) {
    const { upgradeWebSocket, websocket } = await import('hono/bun')
    return { app: new Hono().get('/socket', upgradeWebSocket(events)), webSocket: websocket }
  }
  const { upgradeWebSocket } = await import('@hono/node-server')
  const { WebSocketServer } = await import('ws')
  const server = new WebSocketServer({ noServer: true })
  return { app: new Hono().get('/socket', upgradeWebSocket(events)), webSocket: { server } }
}
