import type { WebSocketServerLike } from '@hono/node-server'
import type { ClosableWebSocket } from './web-sockets.ts'

/** What the runtime needs to upgrade connections to WebSockets. */
export type WebSocketOptions = NodeWebSocket | BunWebSocket

/** On Node: `{ server: new WebSocketServer({ noServer: true }) }` of `ws`, for node-server's `upgradeWebSocket`. */
export interface NodeWebSocket {
  readonly server: WebSocketServerLike & { readonly clients?: Iterable<ClosableWebSocket> }
}

/** On Bun: `websocket` of `hono/bun`, or handlers of your own. */
export interface BunWebSocket {
  open?(socket: never): unknown
  message(socket: never, message: never): unknown
  close?(socket: never, code: never, reason: never): unknown
}
