import type { Exchange, Hooks } from '@seaworthy/middleware'

/** The part of Node's `ServerResponse` that decides on the connection; HTTP/2 has none. */
interface KeepAlive {
  readonly headersSent: boolean
  shouldKeepAlive?: boolean
}

/** The exchanges that have begun and not ended, seen by a middleware. */
export class InFlight {
  readonly hooks: Hooks
  /** Whether the middleware has seen a request. */
  seen = false
  #draining = false
  #emptied: (() => void) | undefined
  readonly #open = new Set<Exchange>()

  constructor() {
    this.hooks = {
      name: 'shutdown',
      before: (x) => {
        this.seen = true
        this.#open.add(x)
      },
      after: (x) => {
        if (this.#draining && !isHttp2(x)) x.setHeader('connection', 'close')
      },
      settled: (x) => {
        if (this.#open.delete(x) && this.#open.size === 0) this.#emptied?.()
      },
    }
  }

  /** From now on every response says `Connection: close`, also one whose head is being made (RFC 9112 §9.6). */
  drain(): void {
    this.#draining = true
    for (const { runtime } of this.#open) {
      const outgoing: KeepAlive | undefined = runtime.outgoing
      if (outgoing?.shouldKeepAlive) outgoing.shouldKeepAlive = false
    }
  }

  /** Resolves when nothing is in flight. */
  empty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#emptied = resolve
    })
  }

  /** Aborts the signals of all, and waits for them no longer. */
  abort(reason: unknown): void {
    for (const x of this.#open) x.abort(reason)
    this.#open.clear()
  }

  /** Method, route and age of each exchange. A path has no query, where secrets may be. */
  describe(): string[] {
    const now = performance.now()
    return [...this.#open].map((x) => `${x.method} ${x.route ?? x.path} (${Math.round(now - x.startTime)} ms)`)
  }
}

function isHttp2({ runtime }: Exchange): boolean {
  return runtime.incoming?.httpVersion?.startsWith('2') ?? false
}
