import type { MaybePromise } from '@seaworthy/middleware'
import type { Fetch } from './application.ts'
import type { NativeServer } from './bun.ts'
import type { ServeSettings } from './serve-options.ts'
import type { StreamedBodies } from './streamed-bodies.ts'

type NativeFetch = (request: Request, server: NativeServer) => MaybePromise<Response>

/**
 * The fetch function for `Bun.serve`: takes Bun's idle timeout, which would also cut a handler and an event stream that
 * are silent for a while, out of their way, and keeps hold of bodies that stream.
 */
export function finishOnBun(answer: Fetch, bodies: StreamedBodies, { timeouts, clock }: ServeSettings): NativeFetch {
  const idle = timeouts.idle / 1000
  const write = timeouts.write > timeouts.idle ? Math.ceil(timeouts.write / 1000) : undefined

  return function fetch(request, server) {
    const response = answer(request, server)
    if (!(response instanceof Promise)) return finish(response, request, server, clock())
    const since = clock()
    if (write !== undefined) server.timeout(request, write)
    return response.then((late) => {
      if (write !== undefined) server.timeout(request, idle)
      return finish(late, request, server, since)
    })
  }

  function finish(response: Response, request: Request, server: NativeServer, since: number): Response {
    // Headers only: to look at the body would make Bun stream it.
    const { headers } = response
    if (headers.get('content-type')?.startsWith('text/event-stream')) {
      server.timeout(request, 0)
      return bodies.wrap(response, since, () => server.timeout(request, idle))
    }
    return headers.get('transfer-encoding') === 'chunked' ? bodies.wrap(response, since) : response
  }
}
