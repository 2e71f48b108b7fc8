import { discardBody } from './discard-body.ts'
import { dropped } from './dropped.ts'
import type { ExchangeRecord } from './exchange-record.ts'
import { failedPart } from './failed-part.ts'
import type { Hooks, MaybePromise } from './hooks.ts'
import type { Host } from './host.ts'
import { isPromise } from './is-promise.ts'
import { droppable, runDroppable, type Droppable } from './late-writes.ts'
import { SeaworthyError } from './seaworthy-error.ts'

/** Runs the `around` of a part, and drops what the rest of the chain still brings after it has answered. */
export function runAround(
  x: ExchangeRecord,
  part: Hooks,
  host: Host,
  rest: (request: Request | undefined) => MaybePromise<Response>,
): MaybePromise<Response> {
  const inner = new InnerRun(rest)
  const settle = (response: Response | undefined): Response => {
    if (!response) return fail(noResponse())
    if (inner.finish() && !x.sealed) {
      x.sealed = true
      host.sealed(response)
    }
    return response
  }
  const fail = (error: unknown): Response => {
    if (inner.failure && inner.failure.error === error) throw error
    return settle(failedPart(x, part, 'around', error))
  }
  let answer
  try {
    answer = part.around?.(x, inner.next)
  } catch (error) {
    return fail(error)
  }
  if (isPromise(answer)) return answer.then(settle, fail)
  return answer === undefined && inner.standsAside() ? rest(undefined) : settle(answer)
}

function noResponse(): SeaworthyError {
  return new SeaworthyError('ERR_NO_RESPONSE', 'An around returned no Response: return the one that next() gave.')
}

/** One run of the rest of the chain, watched from the part round it. */
class InnerRun {
  failure: { readonly error: unknown } | undefined
  readonly next: (request?: Request) => MaybePromise<Response>
  #late: Droppable | undefined
  #state: 'waiting' | 'running' | 'done' | 'dropped' = 'waiting'

  constructor(rest: (request: Request | undefined) => MaybePromise<Response>) {
    // V8 puts a function that is assigned to a property where it stands into the old space, and all it holds with it.
    const next = (request?: Request): MaybePromise<Response> => {
      if (this.#state === 'dropped') return dropped()
      if (this.#state !== 'waiting') {
        throw new SeaworthyError('ERR_NEXT_TWICE', 'Call next() once: the chain runs once a request.')
      }
      return this.#watch(() => rest(request))
    }
    this.next = next
  }

  /** Whether the part leaves the chain to itself. Then it can no longer run it. */
  standsAside(): boolean {
    if (this.#state !== 'waiting') return false
    this.#state = 'done'
    return true
  }

  /** The part has answered. Returns whether the rest of the chain still runs. */
  finish(): boolean {
    const running = this.#state === 'running'
    if (running && this.#late) this.#late.dropped = true
    if (this.#state !== 'done') this.#state = 'dropped'
    return running
  }

  #watch(run: () => MaybePromise<Response>): MaybePromise<Response> {
    this.#state = 'running'
    this.#late = droppable()
    let response
    try {
      response = runDroppable(this.#late, run)
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
    if (this.#state === 'dropped') discardBody(response)
    else this.#state = 'done'
    return response
  }

  #fail(error: unknown): never {
    if (this.#state !== 'dropped') this.#state = 'done'
    this.failure = { error }
    throw error
  }
}
