import { createServer, type IncomingMessage } from 'node:http'
import { createSecureServer, type Http2ServerRequest } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import {
  createAdaptorServer,
  type HttpBindings,
  type Http2Bindings,
  type ServerType,
  type WebSocketServerLike,
} from '@hono/node-server'
import { SeaworthyError, stack } from '@seaworthy/middleware'
import type { App } from './app.ts'
import { application, type Fetch } from './application.ts'
import { bodyLimit } from './body-limit.ts'
import type { Address } from './address.ts'
import { listenOn } from './listen-on.ts'
import { NodeServer } from './node-server.ts'
import type { ServeSettings } from './serve-options.ts'
import type { Server } from './server.ts'
import type { Pem, TlsOptions } from './tls-options.ts'
import type { NodeWebSocketServer } from './web-socket-options.ts'

/** Listens through node-server. */
export async function serveOnNode(app: App, settings: ServeSettings): Promise<Server> {
  const { address } = settings
  const server = createNodeServer(app, settings)
  const listening = new NodeServer(server, settings)
  await listenOn(address, () => listen(server, address))
  return listening
}

function createNodeServer(app: App, settings: ServeSettings): ServerType {
  const { timeouts, maxHeaderBytes, tls, http2, interval } = settings
  const common = { fetch: limitBodies(app, settings), ...webSocketOf(settings) }
  const limits = {
    headersTimeout: timeouts.readHeader,
    requestTimeout: timeouts.read,
    keepAliveTimeout: timeouts.idle,
    // Node looks for slow requests every 30 s by default, however short the timeouts are.
    connectionsCheckingInterval: interval,
    maxHeaderSize: maxHeaderBytes,
  }
  if (!tls) return createAdaptorServer({ ...common, createServer, serverOptions: limits })
  const secure = { ...secureOptions(tls), handshakeTimeout: timeouts.readHeader }
  if (!http2) {
    return createAdaptorServer({ ...common, createServer: createHttpsServer, serverOptions: { ...secure, ...limits } })
  }
  const serverOptions = { ...secure, allowHTTP1: true, settings: { maxHeaderListSize: maxHeaderBytes } }
  const server = createAdaptorServer({ ...common, createServer: createSecureServer, serverOptions })
  // An HTTP/2 server reads what concerns its HTTP/1.1 connections from these members.
  return Object.assign(server, limits)
}

function webSocketOf({ webSocket }: ServeSettings): { readonly websocket?: { readonly server: WebSocketServerLike } } {
  if (!webSocket) return {}
  // The types of ws differ from node-server's in one optional parameter.
  if ('server' in webSocket)
    return { websocket: { server: webSocket.server as NodeWebSocketServer & WebSocketServerLike } }
  throw new SeaworthyError(
    'ERR_UNSUPPORTED_OPTION',
    "On Node webSocket is { server: new WebSocketServer({ noServer: true }) } of 'ws'.",
  )
}

function secureOptions({ cert, key, ca, ...rest }: TlsOptions): Omit<TlsOptions, 'cert' | 'key' | 'ca'> & {
  readonly cert: string | Buffer
  readonly key: string | Buffer
  readonly ca?: string | Buffer
} {
  return { ...rest, cert: pem(cert), key: pem(key), ...(ca && { ca: pem(ca) }) }
}

function pem(text: Pem): string | Buffer {
  return typeof text === 'string' ? text : Buffer.from(text)
}

/** Only a body of unknown or excessive length meets the limit: for the others nothing has to be done. */
function limitBodies(app: App, { lifecycle, maxBodyBytes }: ServeSettings): Fetch {
  const plain = application(app, lifecycle)
  const limit = bodyLimit(maxBodyBytes)
  const limited = application(app, lifecycle ? stack(lifecycle, limit) : limit)
  return (request, env: object & Partial<HttpBindings | Http2Bindings>) => {
    const length = env.incoming?.headers['content-length']
    const fits = length === undefined ? !hasUnknownBody(env.incoming) : Number(length) <= maxBodyBytes
    return (fits ? plain : limited)(request, env)
  }
}

function hasUnknownBody(incoming: IncomingMessage | Http2ServerRequest | undefined): boolean {
  if (!incoming) return false
  return 'stream' in incoming ? !incoming.stream.endAfterHeaders : incoming.headers['transfer-encoding'] !== undefined
}

function listen(server: ServerType, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen('path' in address ? { path: address.path } : { port: address.port, host: address.host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
