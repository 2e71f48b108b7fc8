import type { Exchange } from './exchange.ts'

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>

/** How an exchange ended: the body has been sent, or the client went away. */
export interface Outcome {
  /** The status that was sent; `undefined` when the exchange ended before a response head was sent. */
  readonly status: number | undefined
  /** Whether the client went away before the whole response was sent. */
  readonly aborted: boolean
  /** What was thrown by the handler, by a hook, or while the body was read. */
  readonly error?: unknown
}

/** What a part does with a request. Every member is optional; a part implements the ones it needs. */
export interface Hooks {
  /** Shown in stack traces and route listings. @default 'middleware' */
  readonly name?: string
  /** Runs before the handler. Return a Response to answer instead of it. */
  before?(x: Exchange): MaybePromise<Response | void>
  /**
   * Runs `run` in this part's ambient scope: one that asynchronous work keeps, as that of an `AsyncLocalStorage` or of
   * an OpenTelemetry context does. It holds for everything after this part's own `before`, and for every `after` and
   * `settled`. It may be entered more than once: it must be re-entrant and without other effects.
   */
  scope?<T>(x: Exchange, run: () => T): T
  /** Runs when the response head is known. Read `status` and `headers`, never the body; add headers with {@link Exchange.setHeader}. */
  after?(x: Exchange, response: Response): void
  /**
   * Runs the rest of the chain itself: for parts that replace the request or the response. A result of `next` that
   * arrives after this part has answered is dropped without an unhandled rejection. A part that returns `undefined`
   * instead of calling `next` stands aside: the chain goes on as if it had no `around`.
   */
  around?(x: Exchange, next: (request?: Request) => MaybePromise<Response>): MaybePromise<Response> | undefined
  /** Runs once, when the body has been sent or the client went away. */
  settled?(x: Exchange, outcome: Outcome): void
}
