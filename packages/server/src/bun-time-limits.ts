import { middleware, problem, type Exchange, type MaybePromise, type Middleware } from '@seaworthy/middleware'
import { abortAfter } from './abort-after.ts'
import type { ServeSettings } from './serve-options.ts'
import { watchReads, type ReadCount } from './watch-reads.ts'

/** A handler that has not answered. */
interface Pending extends ReadCount {
  readonly x: Exchange
  readonly since: number
  answer(response: Response): void
}

/**
 * The `read` and `write` timeouts where the runtime has none: a part that answers 408 when the handler waits for a slow
 * body, and 503 when the handler itself takes too long.
 */
export class BunTimeLimits {
  readonly middleware: Middleware
  readonly #settings: ServeSettings
  readonly #pending = new Set<Pending>()

  constructor(settings: ServeSettings) {
    this.#settings = settings
    this.middleware = middleware({ name: 'serve', around: (x, next) => this.#watch(x, next) })
  }

  /** Answers for the handlers that have taken too long. */
  expire(): void {
    const now = this.#settings.clock()
    const { read, write } = this.#settings.timeouts
    for (const pending of this.#pending) {
      if (pending.reading > 0 && pending.since < now - read) end(pending, 408, 'The request body did not come in time.')
      else if (pending.since < now - write) end(pending, 503, 'The service did not answer in time.')
    }
  }

  #watch(x: Exchange, next: () => MaybePromise<Response>): MaybePromise<Response> {
    const pending: Pending = { x, since: this.#settings.clock(), reading: 0, answer: () => undefined }
    if (mayHaveBody(x)) watchReads(x.request, pending)
    const answer = next()
    return answer instanceof Promise ? this.#race(pending, answer) : answer
  }

  #race(pending: Pending, answer: Promise<Response>): Promise<Response> {
    this.#pending.add(pending)
    return new Promise((resolve, reject) => {
      pending.answer = resolve
      answer.finally(() => this.#pending.delete(pending)).then(resolve, reject)
    })
  }
}

/** HTTP/2 need not say that there is a body. */
function mayHaveBody(x: Exchange): boolean {
  return x.method !== 'GET' && x.method !== 'HEAD' && x.header('content-length') !== '0'
}

function end({ x, answer }: Pending, status: number, detail: string): void {
  answer(problem({ status, detail, headers: { connection: 'close' } }))
  abortAfter(x, detail)
}
