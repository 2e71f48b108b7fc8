/** A WebSocket, or anything with `close(code, reason)` or `end()`. */
export type Closable = { close(code?: number, reason?: string): unknown } | { end(): unknown }

/** What some of them tell about themselves. */
interface Signs {
  /** 3 is CLOSED. */
  readonly readyState?: unknown
  readonly closed?: unknown
  readonly destroyed?: unknown
  /** Hono wraps a runtime's WebSocket anew for each event. */
  readonly raw?: unknown
  terminate?(): void
  destroy?(): void
}

const goingAway = 1001
const pollInterval = 20

/** Long-lived streams and WebSockets, which never end by themselves. */
export class OpenConnections {
  readonly #open = new Set<Closable>()
  #closing = false
  #sweepAt = 64

  get size(): number {
    return this.#open.size
  }

  track(given: Closable): () => void {
    const closable = unwrap(given)
    if (this.#closing) close(closable)
    else this.#add(closable)
    return () => void this.#open.delete(closable)
  }

  /** Those that closed without telling are forgotten each time the number has doubled. */
  #add(closable: Closable): void {
    this.#open.add(closable)
    if (this.#open.size < this.#sweepAt) return
    this.#forgetGone()
    this.#sweepAt = Math.max(64, this.#open.size * 2)
  }

  #forgetGone(): void {
    for (const closable of this.#open) if (isGone(closable) === true) this.#open.delete(closable)
  }

  /** Closes all, and waits `patience` milliseconds for the answers before it cuts what is left. */
  async close(patience: number): Promise<void> {
    this.#closing = true
    for (const closable of this.#open) {
      close(closable)
      // Nobody will tell when this one has closed.
      if (isGone(closable) === undefined) this.#open.delete(closable)
    }
    const until = performance.now() + patience
    for (;;) {
      this.#forgetGone()
      if (this.#open.size === 0 || performance.now() >= until) break
      await new Promise((resolve) => setTimeout(resolve, pollInterval))
    }
    for (const closable of this.#open) cut(closable)
    this.#open.clear()
  }
}

function unwrap(closable: Closable & Signs): Closable {
  const { raw } = closable
  return typeof raw === 'object' && raw !== null && 'close' in raw && typeof raw.close === 'function'
    ? (raw as Closable)
    : closable
}

/** Whether it has closed; `undefined` where it does not tell. */
function isGone({ readyState, closed, destroyed }: Closable & Signs): boolean | undefined {
  if (typeof readyState === 'number') return readyState === 3
  if (typeof closed === 'boolean') return closed || destroyed === true
  return undefined
}

function close(closable: Closable): void {
  if ('end' in closable) return void attempt(() => closable.end())
  // The standard's own WebSocket, a client, refuses 1001.
  if (!attempt(() => closable.close(goingAway, 'Service is shutting down'))) attempt(() => closable.close())
}

function cut(closable: Closable & Signs): void {
  attempt(() => (closable.terminate ? closable.terminate() : closable.destroy?.()))
}

/** Whether it did not throw. One that fails later is as good as closed. */
function attempt(run: () => unknown): boolean {
  try {
    Promise.resolve(run()).catch(() => undefined)
    return true
  } catch {
    return false
  }
}
