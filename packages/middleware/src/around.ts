import type { ExchangeRecord } from './exchange-record.ts'
import { failedPart } from './failed-part.ts'
import type { Hooks, MaybePromise } from './hooks.ts'
import type { Host } from './host.ts'
import { isPromise } from './is-promise.ts'
import { SeaworthyError } from './seaworthy-error.ts'

/** Runs the `around` of a part, and drops what the rest of the chain still brings after it has answered. */
export function runAround(
  x: ExchangeRecord,
  part: Hooks,
  host: Host,
  rest: (request: Request | undefined) => MaybePromise<Response>,
): MaybePromise<Response> {
  const inner = new InnerRun(rest)
  const settle = (response: Response): Response => {
    if (inner.running && !x.sealed) {
      x.sealed = true
      host.sealed(response)
    }
    return response
  }
  const fail = (error: unknown): Response => {
    if (inner.failure && inner.failure.error === error) throw error
    return settle(failedPart(x, part, 'around', error))
  }
  try {
    const answer = part.around?.(x, inner.next) ?? inner.next()
    return isPromise(answer) ? answer.then(settle, fail) : settle(answer)
  } catch (error) {
    return fail(error)
  }
}

/** One run of the rest of the chain, watched from the part round it. */
class InnerRun {
  running = false
  failure: { readonly error: unknown } | undefined
  readonly next: (request?: Request) => MaybePromise<Response>
  #called = false

  constructor(rest: (request: Request | undefined) => MaybePromise<Response>) {
    this.next = (request) => {
      if (this.#called) throw new SeaworthyError('ERR_NEXT_TWICE', 'Call next() once: the chain runs once a request.')
      this.#called = true
      return this.#watch(() => rest(request))
    }
  }

  #watch(run: () => MaybePromise<Response>): MaybePromise<Response> {
    this.running = true
    let response
    try {
      response = run()
    } catch (error) {
      return this.#fail(error)
    }
    if (!isPromise(response)) return this.#done(response)
    const watched = response.then(
      (value) => this.#done(value),
      (error: unknown) => this.#fail(error),
    )
    // The part may have answered and no longer wait for this.
    watched.catch(() => undefined)
    return watched
  }

  #done(response: Response): Response {
    this.running = false
    return response
  }

  #fail(error: unknown): never {
    this.running = false
    this.failure = { error }
    throw error
  }
}
