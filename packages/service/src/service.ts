import { health } from '@seaworthy/health'
import { configureLog, log, logDiag, requestLog } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { metrics, prometheus } from '@seaworthy/metrics'
import { handler, isDevelopment, requestId, stack, trustProxy } from '@seaworthy/middleware'
import { bodyLimit, deadline, serve } from '@seaworthy/server'
import { shutdown } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { PartList, resolve } from './part-list.ts'
import { preflight } from './preflight.ts'
import type { Service, ServiceOptions } from './service-options.ts'

/**
 * A production service: the packages of Seaworthy, wired in the order that makes each of them right.
 *
 * @throws {SeaworthyError} What the part throws whose option is mistaken.
 */
export async function service(options: ServiceOptions): Promise<Service> {
  const { name, version, checks, guards = [] } = options
  configureLog(options.log ?? { fields: { service: name }, outputs: ['stdout', otelOutput()] })
  const life = resolve(options.shutdown, (given) => shutdown({ logger: log, ...given }))

  const parts = new PartList()
  parts.add('trustProxy', options.trustProxy ?? false, trustProxy)
  parts.add('requestId', options.requestId, requestId)
  parts.add('health', options.health, (given) =>
    health({
      logger: log,
      ...(version && { version }),
      ...(checks && { checks }),
      ...(life && { lifecycle: life }),
      ...given,
    }),
  )
  const scrape = parts.add('prometheus', options.prometheus, prometheus)
  parts.add('tracing', options.tracing, tracing)
  parts.add('metrics', options.metrics, metrics)
  parts.add('requestLog', options.requestLog, requestLog)
  parts.add('deadline', options.deadline, (given) => deadline(given ?? '15s'))
  parts.add('bodyLimit', options.bodyLimit, (given) => bodyLimit(given ?? '1MiB'))
  for (const guard of guards) parts.add('guard', guard, () => guard)

  const telemetry = await resolve(options.telemetry, (given) =>
    startTelemetry({
      service: { name, ...(version && { version }) },
      onError: logDiag(log),
      ...given,
      metrics: { ...given?.metrics, readers: [...(given?.metrics?.readers ?? []), ...(scrape ? [scrape.reader] : [])] },
    }),
  )
  if (telemetry) life?.last('telemetry', () => telemetry.shutdown())

  const layer = stack(...parts.middleware)
  const problems = () => preflight(options, telemetry)
  return Object.assign(layer, {
    parts: parts.list,
    preflight: problems,
    handler: (fetch: Parameters<Service['handler']>[0]) => handler(layer, fetch),
    serve(app: Parameters<Service['serve']>[0], given: Parameters<Service['serve']>[1] = {}) {
      if (!isDevelopment()) for (const { problem, cure } of problems()) log.warn(`preflight: ${problem}. ${cure}`)
      return serve(app, { ...(life && { lifecycle: life }), ...options.server, ...given })
    },
  })
}
