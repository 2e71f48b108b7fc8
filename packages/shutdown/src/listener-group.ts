import type { Listener } from './listener.ts'
import type { ShutdownLogger } from './shutdown-logger.ts'

/** The servers of a service. One that is attached late catches up with the others. */
export class ListenerGroup {
  readonly #logger: ShutdownLogger
  readonly #open = new Set<Listener>()
  #draining = false
  #closing = false
  /** Whether a server has been attached. */
  seen = false

  constructor(logger: ShutdownLogger) {
    this.#logger = logger
  }

  attach(listener: Listener): void {
    this.seen = true
    this.#open.add(listener)
    if (this.#draining) this.#drain(listener)
    if (this.#closing) void this.#close(listener)
  }

  drain(): void {
    this.#draining = true
    for (const listener of this.#open) this.#drain(listener)
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(Array.from(this.#open, (listener) => this.#close(listener)))
  }

  destroy(): void {
    for (const listener of this.#open) listener.destroy()
  }

  describe(): string[] {
    return Array.from(this.#open, ({ name }) => `connections to ${name}`)
  }

  #drain(listener: Listener): void {
    try {
      listener.drain()
    } catch (error) {
      this.#logger.error(error, 'a server failed to drain', { server: listener.name })
    }
  }

  async #close(listener: Listener): Promise<void> {
    try {
      await listener.close()
    } catch (error) {
      this.#logger.error(error, 'a server failed to close', { server: listener.name })
    }
    this.#open.delete(listener)
  }
}
