import { exchange, problem, type HonoContext, type Problem } from '@seaworthy/middleware'
import { currentTraceId } from '@seaworthy/tracing'
import { HTTPException } from 'hono/http-exception'

/** A problem that says which request and which trace to ask about. */
export function shopProblem(c: HonoContext, members: Problem): Response {
  return problem({ ...members, instance: c.req.path, request_id: exchange(c).requestId, trace_id: currentTraceId() })
}

/** For `app.onError`: what a handler throws has been logged by then, and is not told to the caller. */
export function answerError(error: Error, c: HonoContext): Response {
  if (error instanceof HTTPException) return shopProblem(c, { status: error.status, detail: error.message })
  return shopProblem(c, { status: 500 })
}

/** For `app.notFound`. */
export function answerNotFound(c: HonoContext): Response {
  return shopProblem(c, { status: 404, detail: 'There is no such resource.' })
}
