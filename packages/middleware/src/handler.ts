import { runFetchLayer } from './fetch-layer.ts'
import type { MaybePromise } from './hooks.ts'
import type { Middleware } from './middleware.ts'

/** Settings of {@link handler}. */
export interface HandlerOptions<R extends Request = Request> {
  /** Tells the route template of a request, such as `/orders/:id`: plain Fetch has no router to ask. */
  readonly route?: (request: R) => string | undefined
}

/**
 * Wraps a fetch function with a middleware, for `Bun.serve`, node-server, srvx, h3 or any other server of fetch
 * functions. Further arguments (`env`, Bun's `server`, node-server's `{ incoming, outgoing }`) are passed through.
 *
 * @returns A fetch function that answers synchronously where nothing in it is asynchronous.
 */
export function handler<R extends Request, Rest extends unknown[]>(
  mw: Middleware,
  fetch: (request: R, ...rest: Rest) => MaybePromise<Response>,
  options: HandlerOptions<R> = {},
): (request: R, ...rest: Rest) => MaybePromise<Response> {
  const { hooks } = mw
  const route = options.route as ((request: Request) => string | undefined) | undefined
  return function seaworthy(request, ...rest) {
    // A part may replace the request by a plain copy of it, which then lacks what a runtime adds to its own class.
    return runFetchLayer(hooks, request, (replaced) => fetch((replaced ?? request) as R, ...rest), rest[0], route)
  }
}
