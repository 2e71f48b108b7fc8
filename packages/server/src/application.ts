import { handler, problem, type MaybePromise, type Middleware } from '@seaworthy/middleware'
import type { App } from './app.ts'

/** A fetch function with what the runtime has beside the request. */
export type Fetch = (request: Request, env: object) => MaybePromise<Response>

/** The application inside a middleware. It always answers: with a 500 problem where the application rejects. */
export function application(app: App, around: Middleware | undefined): Fetch {
  const fetch: Fetch = (request, env) => app.fetch(request, env)
  const mounted = around ? handler(around, fetch) : fetch
  return (request, env) => {
    try {
      const response = mounted(request, env)
      return response instanceof Promise ? response.catch(failed) : response
    } catch (error) {
      return failed(error)
    }
  }
}

/** Both runtimes would answer as well, but Node's would be silent and Bun's would show the error to the client. */
function failed(error: unknown): Response {
  console.error('server: the application rejected', error)
  return problem({ status: 500 })
}
