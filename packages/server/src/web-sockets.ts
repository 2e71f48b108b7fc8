import type { BunWebSocket } from './web-socket-options.ts'

/** A WebSocket of either runtime. */
export interface ClosableWebSocket {
  close(code: number, reason: string): unknown
  terminate?(): unknown
}

/** Says goodbye to WebSockets: 1001 is "going away" (RFC 6455 §7.4.1). */
export function closeWebSockets(sockets: Iterable<ClosableWebSocket>): void {
  for (const socket of sockets) socket.close(1001, 'Service is shutting down')
}

/** The same handlers of Bun, which also note the WebSockets that are open. */
export function trackWebSockets(handlers: BunWebSocket, open: Set<ClosableWebSocket>): BunWebSocket {
  return {
    ...handlers,
    open(socket: ClosableWebSocket & never) {
      open.add(socket)
      return handlers.open?.(socket)
    },
    close(socket: ClosableWebSocket & never, code: never, reason: never) {
      open.delete(socket)
      return handlers.close?.(socket, code, reason)
    },
  }
}
