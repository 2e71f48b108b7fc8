import { health } from '@seaworthy/health'
import { log, requestLog } from '@seaworthy/log'
import { metrics, prometheus } from '@seaworthy/metrics'
import { exchange, problem, requestId, stack, type Middleware } from '@seaworthy/middleware'
import { tracing } from '@seaworthy/tracing'

/** What goes round every request. */
export const around: Middleware = stack(requestId(), health(), prometheus(), tracing(), metrics(), requestLog())

/** A handler is a function from Request to Response, on every runtime. */
export function greet(request: Request, name: string): Response {
  log.info('greeting', { name })
  return Response.json({ hello: name, request_id: exchange(request).requestId })
}

export function notFound(): Response {
  return problem({ status: 404, detail: 'Try /hello/world.' })
}
