import { parseDuration, parseSize, type Duration, type Size } from '@seaworthy/middleware'
import { parseAddress, type Address } from './address.ts'
import type { ServerLifecycle } from './lifecycle.ts'
import { ServerError } from './server-error.ts'
import type { TlsOptions } from './tls-options.ts'
import type { WebSocketOptions } from './web-socket-options.ts'

/** How long a client or a handler may take. The names are those of Go's `http.Server`. */
export interface Timeouts {
  /** From the connection, or the first byte of a later request, to the end of the request head. @default '10s' */
  readonly readHeader?: Duration
  /** From the same moment to the end of the request body. @default '30s' */
  readonly read?: Duration
  /** From the request head to the end of the response; never cuts `text/event-stream`. @default '60s' */
  readonly write?: Duration
  /** Between two requests on a connection. Longer than that of the load balancer in front. @default '120s' */
  readonly idle?: Duration
}

/** Settings of `serve()`. */
export interface ServeOptions {
  /** `':8080'`, `'127.0.0.1:0'`, `'[::1]:8080'` or `'unix:/path'`. @default ':8080' */
  readonly addr?: string
  /** Is mounted round the application, told when the server listens, and drains and closes it. */
  readonly lifecycle?: ServerLifecycle
  readonly timeouts?: Timeouts
  /** Longest request head; a longer one is answered 431. At most 1 MiB. On Bun it holds for the process. @default '16KiB' */
  readonly maxHeaderBytes?: Size
  /** Longest request body; a longer one is answered 413. `bodyLimit()` lowers it for a route. @default '1MiB' */
  readonly maxBodyBytes?: Size
  /** Serves HTTPS. */
  readonly tls?: TlsOptions
  /** Serves HTTP/2 beside HTTP/1.1. Needs `tls`. @default false */
  readonly http2?: boolean
  /** What the runtime needs to upgrade connections to WebSockets. */
  readonly webSocket?: WebSocketOptions
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly clock?: () => number
}

/** The settings, checked and in milliseconds and bytes. */
export interface ServeSettings {
  readonly address: Address
  readonly lifecycle: ServerLifecycle | undefined
  readonly timeouts: { readonly [Name in keyof Timeouts]-?: number }
  readonly maxHeaderBytes: number
  readonly maxBodyBytes: number
  readonly tls: TlsOptions | undefined
  readonly http2: boolean
  readonly webSocket: WebSocketOptions | undefined
  readonly clock: () => number
  /** How often to look for what took too long, in milliseconds. */
  readonly interval: number
}

const largestHeader = 1024 * 1024

/** Checks the options that mean the same on every runtime. */
export function readOptions(options: ServeOptions): ServeSettings {
  const { tls, http2 = false, lifecycle, webSocket, clock = () => performance.now() } = options
  const maxHeaderBytes = parseSize(options.maxHeaderBytes ?? '16KiB')
  if (maxHeaderBytes === 0 || maxHeaderBytes > largestHeader) {
    throw new ServerError('ERR_SERVER_OPTION', 'maxHeaderBytes must be between 1 byte and 1 MiB.')
  }
  if (http2 && !tls) {
    throw new ServerError(
      'ERR_SERVER_OPTION',
      'http2 needs tls: browsers and proxies agree on HTTP/2 during the TLS handshake.',
    )
  }
  const timeouts = readTimeouts(options.timeouts ?? {})
  return {
    address: parseAddress(options.addr ?? ':8080'),
    lifecycle,
    timeouts,
    maxHeaderBytes,
    maxBodyBytes: parseSize(options.maxBodyBytes ?? '1MiB'),
    tls,
    http2,
    webSocket,
    clock,
    interval: Math.max(20, Math.min(1000, Math.min(...Object.values(timeouts)) / 5)),
  }
}

function readTimeouts(given: Timeouts): ServeSettings['timeouts'] {
  const read = readTimeout('read', given.read ?? '30s')
  const readHeader = readTimeout('readHeader', given.readHeader ?? Math.min(10_000, read))
  if (readHeader > read) {
    throw new ServerError(
      'ERR_SERVER_OPTION',
      `timeouts.readHeader (${readHeader} ms) is longer than timeouts.read (${read} ms), which contains it.`,
    )
  }
  const write = readTimeout('write', given.write ?? '60s')
  return { readHeader, read, write, idle: readTimeout('idle', given.idle ?? '120s') }
}

function readTimeout(name: keyof Timeouts, value: Duration): number {
  const ms = parseDuration(value)
  if (ms >= 1) return ms
  throw new ServerError(
    'ERR_SERVER_OPTION',
    `timeouts.${name} must be at least 1 ms: a server without it is easy to exhaust.`,
  )
}
