import type { ClosableWebSocket } from './web-sockets.ts'

/** What the runtime needs to upgrade connections to WebSockets. */
export type WebSocketOptions = NodeWebSocket | BunWebSocket

/** On Node, for node-server's `upgradeWebSocket`. */
export interface NodeWebSocket {
  /** `new WebSocketServer({ noServer: true })` of `ws`. */
  readonly server: NodeWebSocketServer
}

/** A WebSocket server that leaves listening to the HTTP server. */
export interface NodeWebSocketServer {
  readonly options: { readonly noServer?: boolean | undefined }
  /** Those to close with 1001. */
  readonly clients?: Iterable<ClosableWebSocket>
  handleUpgrade(request: never, socket: never, head: never, done: never): void
  close(): void
}

/** On Bun: `websocket` of `hono/bun`, or handlers of your own. */
export interface BunWebSocket {
  open?(socket: never): unknown
  message(socket: never, message: never): unknown
  close?(socket: never, code: never, reason: never): unknown
}
