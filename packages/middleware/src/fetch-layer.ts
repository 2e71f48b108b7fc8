import { core } from './core.ts'
import { discardBody } from './discard-body.ts'
import { ExchangeRecord } from './exchange-record.ts'
import { carry, openExchange } from './find-exchange.ts'
import { abandonExchange, finishExchange } from './finish-exchange.ts'
import type { Hooks, MaybePromise } from './hooks.ts'
import type { Host } from './host.ts'
import { isPromise } from './is-promise.ts'
import { runLayer, type Layer } from './layer.ts'

type Next = (request?: Request) => MaybePromise<Response>

/** Runs parts round a fetch function, synchronously where nothing in it is asynchronous. */
export function runFetchLayer(
  parts: readonly Hooks[],
  request: Request,
  next: Next,
  env?: unknown,
  routeOf?: (request: Request) => string | undefined,
): MaybePromise<Response> {
  const found = openExchange(request, undefined)
  if (found) {
    found.request = request
    // A life cycle, say, is wrapped round a handler that knows the routes.
    if (routeOf) found.routeOf = routeOf
    return runInner(found, { parts, host: new FetchHost(found, next) })
  }
  const x = new ExchangeRecord(request, env, undefined)
  x.routeOf = routeOf
  carry(request, x)
  return core().ambient.run(x, runOutermost, x, { parts, host: new FetchHost(x, next) })
}

/** An inner layer sees an error first: outer parts may answer it. */
function runInner(x: ExchangeRecord, layer: Layer): MaybePromise<Response> {
  const fail = (error: unknown): never => {
    if (!x.sealed) x.error = error
    throw error
  }
  try {
    const response = runLayer(x, layer, 0, undefined)
    return isPromise(response) ? response.catch(fail) : response
  } catch (error) {
    return fail(error)
  }
}

function runOutermost(x: ExchangeRecord, layer: Layer): MaybePromise<Response> {
  let response
  try {
    response = runLayer(x, layer, 0, undefined)
  } catch (error) {
    return abandon(x, error)
  }
  if (!isPromise(response)) return finish(x, response)
  return response.then(
    (value) => finish(x, value),
    (error: unknown) => abandon(x, error),
  )
}

/** What cannot be sent, such as a response whose body was read already, ends the exchange as well. */
function finish(x: ExchangeRecord, response: Response): Response {
  try {
    return finishExchange(x, x.method === 'HEAD' && response.status !== 0 ? withoutBody(response) : response)
  } catch (error) {
    return abandon(x, error)
  }
}

function abandon(x: ExchangeRecord, error: unknown): never {
  abandonExchange(x, error)
  throw error
}

/** RFC 9110 §9.3.2: a response to HEAD has no content. Under Hono, Hono sees to it. */
function withoutBody(response: Response): Response {
  discardBody(response)
  return new Response(null, response)
}

class FetchHost implements Host {
  readonly context: undefined = undefined
  readonly #x: ExchangeRecord
  readonly #next: Next

  constructor(x: ExchangeRecord, next: Next) {
    this.#x = x
    this.#next = next
  }

  next(request: Request | undefined): MaybePromise<Response> {
    if (!request) return this.#next()
    this.#x.request = request
    carry(request, this.#x)
    return this.#next(request)
  }

  /** Nothing is written before the outermost layer returns. */
  sealed(): void {}
}
