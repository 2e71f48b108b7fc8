import type { Duration, Middleware } from '@seaworthy/middleware'
import type { Listener } from './listener.ts'
import type { Closable } from './open-connections.ts'
import type { StopReport } from './stop-report.ts'

/**
 * Where a service stands: `starting` until {@link Lifecycle.ready}, `draining` while it still takes requests that a
 * load balancer has not learned to send elsewhere, `closing` while it ends what is open.
 */
export type LifecycleState = 'starting' | 'ready' | 'draining' | 'closing' | 'stopped'

/** Settings of one hook. */
export interface HookOptions {
  /** How long it may take. @default '5s' */
  readonly timeout?: Duration
  /** Names of hooks that must be done first. `'http'` always is. @default the hooks registered later */
  readonly after?: readonly string[]
}

/** Settings of one last hook. */
export interface LastOptions {
  /** How long it may take. @default '2s' */
  readonly timeout?: Duration
}

/** Closes one thing. The signal aborts when its time is over. */
export type CloseFunction = (signal: AbortSignal) => unknown

/**
 * The life of one process, and a middleware that counts what is in flight and says `Connection: close` while
 * draining.
 */
export interface Lifecycle extends Middleware, AsyncDisposable {
  readonly state: LifecycleState
  /** Whether the middleware has seen a request, or a server has been attached. */
  readonly mounted: boolean
  /** Aborts when closing begins: for background work. Requests have `exchange.signal`, which leaves them time to end. */
  readonly signal: AbortSignal

  /**
   * The service takes requests from now on.
   *
   * @throws {ShutdownError} `ERR_SHUTDOWN_HOOK` when a hook names one in `after` that was never registered.
   */
  ready(): void

  /**
   * Runs `close` when nothing is in flight any more: by default before the hooks that were registered earlier.
   *
   * @returns A function that takes the hook out again.
   * @throws {ShutdownError} `ERR_SHUTDOWN_HOOK` when the name is taken, or when `after` makes a circle.
   * @throws {ShutdownError} `ERR_SHUTDOWN_STOPPING` when the hooks have all run.
   */
  hook(name: string, close: CloseFunction, options?: HookOptions): () => void

  /**
   * Runs `close` after all hooks, whatever became of them: for what reports on the rest, such as telemetry. Its
   * failure is reported and does not change the exit code.
   *
   * @returns A function that takes the hook out again.
   * @throws {ShutdownError} `ERR_SHUTDOWN_HOOK` when the name is taken.
   * @throws {ShutdownError} `ERR_SHUTDOWN_STOPPING` when the last hooks have all run.
   */
  last(name: string, close: CloseFunction, options?: LastOptions): () => void

  /**
   * Ends a stream, or closes a WebSocket with 1001, when closing begins.
   *
   * @returns A function that forgets it: call it where the runtime does not tell that a WebSocket is closed.
   */
  track(closable: Closable): () => void

  /** Makes the shutdown drain and close a server. `serve({ lifecycle })` of `@seaworthy/server` does it. */
  attach(listener: Listener): void

  /** Shuts down without a drain delay and without leaving the process. Every call gets the same report. */
  stop(reason?: string): Promise<StopReport>
}
