import { health } from '@seaworthy/health'
import { configureLog, log, logDiag, requestLog } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { metrics, prometheus } from '@seaworthy/metrics'
import { exchange, problem, requestId, stack, type Middleware } from '@seaworthy/middleware'
import { deadline } from '@seaworthy/server'
import { shutdown, type Lifecycle } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'

const service = { name: 'greetings', version: '1.0.0' }

configureLog({ fields: { service: service.name }, outputs: ['stdout', otelOutput()] })

/** From the start to a clean exit: each server is attached to it. */
export const life: Lifecycle = shutdown({ logger: log })

const endpoint = prometheus()
const telemetry = await startTelemetry({ service, metrics: { readers: [endpoint.reader] }, onError: logDiag(log) })
life.last('telemetry', () => telemetry.shutdown())

/** What goes round every request. The life cycle is outermost: it counts what is under way. */
export const around: Middleware = stack(
  life,
  requestId(),
  health({ version: service.version, lifecycle: life, logger: log }),
  endpoint,
  tracing(),
  metrics(),
  requestLog(),
  deadline('5s'),
)

/** A handler is a function from Request to Response, on every runtime. */
export function greet(request: Request, name: string): Response {
  log.info('greeting', { name })
  return Response.json({ hello: name, request_id: exchange(request).requestId })
}

/** The answer to everything else. */
export function notFound(): Response {
  return problem({ status: 404, detail: 'Try /hello/world.' })
}
