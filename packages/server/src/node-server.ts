import type { EventEmitter } from 'node:events'
import type { Server as HttpServer, ServerResponse } from 'node:http'
import type { Http2ServerResponse, ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { ServerType } from '@hono/node-server'
import { urlOf } from './address.ts'
import { closeGently } from './close-gently.ts'
import { Http1Connections } from './http1-connections.ts'
import { Http2Sessions } from './http2-sessions.ts'
import { poll } from './poll.ts'
import type { ServeSettings } from './serve-options.ts'
import type { Server } from './server.ts'
import { closeWebSockets } from './web-sockets.ts'

type HttpResponse = ServerResponse | Http2ServerResponse

/** A server of Node with what is open in it. */
export class NodeServer implements Server {
  readonly #server: ServerType & Partial<Pick<HttpServer, 'closeIdleConnections' | 'closeAllConnections'>>
  readonly #settings: ServeSettings
  readonly #http1 = new Http1Connections()
  readonly #http2: Http2Sessions
  readonly #sockets = new Set<Socket>()
  #draining = false
  #closed: Promise<void> | undefined

  constructor(server: ServerType, settings: ServeSettings) {
    this.#server = server
    this.#settings = settings
    this.#http2 = new Http2Sessions(settings.timeouts)
    this.#watch()
  }

  get url(): string {
    return urlOf(this.#settings.address, this.port, this.#settings.tls !== undefined)
  }

  get name(): string {
    return this.url
  }

  get port(): number | undefined {
    const address = this.#server.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  drain(): void {
    this.#draining = true
    this.#http2.drain()
  }

  close(): Promise<void> {
    return (this.#closed ??= closeGently({
      stop: () => this.#stop(),
      tidy: (patient) => this.#tidy(patient),
    }))
  }

  destroy(): void {
    this.#server.close(() => undefined)
    this.#http2.destroy()
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #watch(): void {
    const { clock, tls, interval } = this.#settings
    const server: EventEmitter = this.#server
    server.on('listening', () => {
      const stop = poll(interval, () => this.#expire())
      server.on('close', stop)
      // Such as too many open files: nothing that a server should end for.
      server.on('error', (error) => console.error('server: a connection was not accepted', error))
    })
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket & { readonly alpnProtocol?: unknown }) => {
      if (socket.alpnProtocol !== 'h2') this.#http1.add(socket)
    })
    server.on('session', (session: ServerHttp2Session) => this.#http2.add(session, clock()))
    // Before node-server's own listener.
    server.prependListener('request', ({ socket }: { readonly socket: Socket }, response: HttpResponse) => {
      if ('stream' in response) return this.#http2.began(response, clock())
      this.#http1.began(socket, response, clock())
      // Also for what node-server answers by itself, such as 400 without a Host.
      if (this.#draining) response.shouldKeepAlive = false
    })
  }

  #expire(): void {
    const now = this.#settings.clock()
    this.#http1.expire(now - this.#settings.timeouts.write)
    this.#http2.expire(now)
  }

  #stop(): Promise<void> {
    const { webSocket } = this.#settings
    if (webSocket && 'server' in webSocket) closeWebSockets(webSocket.server.clients ?? [])
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
    })
  }

  #tidy(patient: boolean): void {
    this.#http2.close()
    this.#http1.endEventStreams()
    this.#server.closeIdleConnections?.()
    this.#http1.closeUnused(patient)
  }
}
