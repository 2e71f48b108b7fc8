import type { MaybePromise } from '@seaworthy/middleware'

/** Anything with `fetch(request, …)`: a Hono application, or an object of your own. */
export interface App {
  /**
   * @param env - What the runtime has beside the request: node-server's `{ incoming, outgoing }`, or Bun's server.
   */
  fetch(request: Request, env?: object): MaybePromise<Response>
}
