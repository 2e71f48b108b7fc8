import { urlOf } from './address.ts'
import type { NativeServer } from './bun.ts'
import { closeGently } from './close-gently.ts'
import { poll } from './poll.ts'
import type { ServeSettings } from './serve-options.ts'
import type { Server } from './server.ts'
import type { StreamedBodies } from './streamed-bodies.ts'
import { closeWebSockets, type ClosableWebSocket } from './web-sockets.ts'

/** What is open in a server of Bun. */
export interface BunOpen {
  readonly bodies: StreamedBodies
  readonly webSockets: Set<ClosableWebSocket>
  /** Ends what has taken too long. */
  expire(): void
}

/** A server of Bun with what is open in it. */
export class BunServer implements Server {
  readonly #server: NativeServer
  readonly #settings: ServeSettings
  readonly #open: BunOpen
  readonly #stopLooking: () => void
  #closed: Promise<void> | undefined

  constructor(server: NativeServer, settings: ServeSettings, open: BunOpen) {
    this.#server = server
    this.#settings = settings
    this.#open = open
    this.#stopLooking = poll(settings.interval, () => open.expire())
  }

  get url(): string {
    return urlOf(this.#settings.address, this.port, this.#settings.tls !== undefined)
  }

  get name(): string {
    return this.url
  }

  get port(): number | undefined {
    return this.#server.port
  }

  /** Bun sends GOAWAY when it stops; before that there is no way to ask for it. */
  drain(): void {}

  close(): Promise<void> {
    return (this.#closed ??= closeGently({
      stop: () => this.#stop(),
      tidy: (patient) => this.#tidy(patient),
    }))
  }

  destroy(): void {
    void this.#server.stop(true)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #stop(): Promise<void> {
    closeWebSockets(this.#open.webSockets)
    await this.#server.stop()
    this.#stopLooking()
  }

  /**
   * Once it stops, Bun closes connections as they become idle. It does not tell one from another: those without a
   * complete request go when there is no other.
   */
  #tidy(patient: boolean): void {
    this.#open.bodies.endEventStreams()
    if (patient) return
    for (const socket of this.#open.webSockets) socket.terminate?.()
    if (this.#server.pendingRequests === 0) this.destroy()
  }
}
