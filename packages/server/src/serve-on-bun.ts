import http from 'node:http'
import { SeaworthyError, stack } from '@seaworthy/middleware'
import type { Address } from './address.ts'
import type { App } from './app.ts'
import { application } from './application.ts'
import { BunServer } from './bun-server.ts'
import { BunTimeLimits } from './bun-time-limits.ts'
import type { BunRuntime } from './bun.ts'
import { finishOnBun } from './finish-on-bun.ts'
import { listenOn } from './listen-on.ts'
import type { ServeOptions, ServeSettings } from './serve-options.ts'
import type { Server } from './server.ts'
import { StreamedBodies } from './streamed-bodies.ts'
import { trackWebSockets, type ClosableWebSocket } from './web-sockets.ts'

/** Bun keeps a timeout in one byte. */
const longestIdle = 255_000

/** Listens with `Bun.serve`. */
export async function serveOnBun(
  runtime: BunRuntime,
  app: App,
  settings: ServeSettings,
  options: ServeOptions,
): Promise<Server> {
  checkOptions(settings, options)
  const { address, timeouts, maxBodyBytes, tls, http2, lifecycle, webSocket } = settings
  if (options.maxHeaderBytes !== undefined) Object.assign(http, { maxHeaderSize: settings.maxHeaderBytes })
  const limits = new BunTimeLimits(settings)
  const bodies = new StreamedBodies()
  const webSockets = new Set<ClosableWebSocket>()
  const answer = application(app, lifecycle ? stack(lifecycle, limits.middleware) : limits.middleware)
  const native = await listenOn(address, () =>
    runtime.serve({
      fetch: finishOnBun(answer, bodies, settings),
      idleTimeout: timeouts.idle / 1000,
      maxRequestBodySize: maxBodyBytes,
      // Otherwise errors are shown to clients unless NODE_ENV is 'production'.
      development: false,
      // Otherwise two processes could share a port by mistake: outside development it is Bun's default.
      reusePort: false,
      ...listenAt(address),
      ...(tls && { tls, http2 }),
      ...(webSocket && !('server' in webSocket) && { websocket: trackWebSockets(webSocket, webSockets) }),
    }),
  )
  const expire = (): void => {
    limits.expire()
    bodies.expire(settings.clock() - timeouts.write)
  }
  return new BunServer(native, settings, { bodies, webSockets, expire })
}

/** What is set by hand must hold; Bun's own value is taken for what is not set. */
function checkOptions({ timeouts }: ServeSettings, options: ServeOptions): void {
  if (options.timeouts?.readHeader !== undefined) {
    throw unsupported('timeouts.readHeader', 'Bun closes a connection without a request head after 12 s')
  }
  if (timeouts.idle % 1000 !== 0 || timeouts.idle > longestIdle) {
    throw unsupported('timeouts.idle', 'Bun takes whole seconds up to 255')
  }
  if (options.webSocket && 'server' in options.webSocket) {
    throw unsupported('webSocket.server', "Bun takes handlers, such as 'websocket' of 'hono/bun'")
  }
}

function unsupported(option: string, why: string): SeaworthyError<'ERR_UNSUPPORTED_OPTION'> {
  return new SeaworthyError('ERR_UNSUPPORTED_OPTION', `${option} cannot be honoured here: ${why}.`)
}

/** Without a host Bun listens on all interfaces. */
function listenAt(address: Address): object {
  if ('path' in address) return { unix: address.path }
  return { port: address.port, ...(address.host !== undefined && { hostname: address.host }) }
}
