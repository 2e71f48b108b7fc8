import type { Caller } from './caller.ts'
import type { Key } from './key.ts'

/** The one record of a request that all middleware of that request share. */
export interface Exchange {
  /** The request as the last middleware saw it: a middleware may replace it, as `app.mount` does. */
  readonly request: Request
  /** The method of the request that was received, in upper case as the runtime gives it. */
  readonly method: string
  /** The full URL of the request that was received. */
  readonly url: string
  /** The path of {@link url}: no query, still percent-encoded. */
  readonly path: string
  /**
   * The template of the matched route, such as `/orders/:id`; `undefined` when nothing matched. In `before` it is the
   * route that is about to run. An application may set it, and then it stays.
   */
  route: string | undefined
  /** `'http'` or `'https'`, as the client used it: through trusted proxies when `trustProxy()` is mounted. */
  readonly scheme: string
  /** The host and port the client asked for: through trusted proxies when `trustProxy()` is mounted. */
  readonly host: string
  /** When the exchange began, in milliseconds of `performance.now()`. */
  readonly startTime: number
  /**
   * The address of the socket's other end, in canonical form; `undefined` where the runtime does not tell. Neither
   * runtime tells it of a client that has left: who needs it in `settled` reads it in `before`, and it stays.
   */
  readonly peer: string | undefined
  /** The client's address: the peer, or what trusted proxies say when `trustProxy()` is mounted. */
  readonly client: string | undefined
  /** The request id, when `requestId()` is mounted. */
  requestId: string | undefined
  /** Who is calling, once a guard has verified it. */
  caller: Caller | undefined
  /** Aborts when the client leaves, a deadline passes or the service shuts down. Costs nothing until it is read. */
  readonly signal: AbortSignal
  /** What the handler or a hook threw. */
  error: unknown
  /** The runtime's socket objects, where it has them. */
  readonly runtime: RuntimeHandles
  /** One header of {@link request}, or `undefined`. */
  header(name: string): string | undefined
  /** Sets a header of the response, whichever response is sent in the end. */
  setHeader(name: string, value: string): void
  /** Adds a value to a header of the response, such as `vary`. */
  appendHeader(name: string, value: string): void
  /** The value stored under a key, or `undefined`. */
  get<T>(key: Key<T>): T | undefined
  /** Stores a value for the later parts and the handler of this request. */
  set<T>(key: Key<T>, value: T): void
  /** Aborts {@link signal} with a reason. */
  abort(reason?: unknown): void
}

/** What the runtime handed over beside the request. */
export interface RuntimeHandles {
  /** Node's `IncomingMessage` (HTTP/1.1 or HTTP/2). */
  readonly incoming?: NodeIncoming | undefined
  /** Node's `ServerResponse`; absent for a WebSocket upgrade. */
  readonly outgoing?: NodeOutgoing | undefined
  /** Bun's server. */
  readonly bun?: BunServer | undefined
  /** The peer's address, where a server gives that alone. */
  readonly address?: string | undefined
}

/** The part of Node's `IncomingMessage` that is read. */
export interface NodeIncoming {
  readonly httpVersion?: string
  readonly url?: string | undefined
  /** Of HTTP/2, as the client wrote it. */
  readonly scheme?: string | undefined
  readonly aborted?: boolean
  readonly socket?: {
    readonly remoteAddress?: string | undefined
    readonly remotePort?: number | undefined
    readonly encrypted?: boolean
  }
}

/** The part of Node's `ServerResponse` that is read. */
export interface NodeOutgoing {
  readonly headersSent: boolean
  readonly statusCode: number
  readonly writableFinished: boolean
  readonly destroyed?: boolean
  readonly closed?: boolean
  readonly errored?: Error | null
  on(event: 'close', listener: () => void): unknown
}

/** The part of Bun's server that is read. */
export interface BunServer {
  requestIP(request: Request): { readonly address: string; readonly port: number } | null
  timeout?(request: Request, seconds: number): void
}
