import { health } from '@seaworthy/health'
import { configureLog, createLogger, log, logDiag, requestLog, type LoggerOptions } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { metrics, prometheus } from '@seaworthy/metrics'
import { handler, isDevelopment, requestId, trustProxy } from '@seaworthy/middleware'
import { bodyLimit, deadline, serve } from '@seaworthy/server'
import type { Service, ServiceOptions } from '@seaworthy/service'
import { flushTimeout, PartList, preflight, serveSettings, withReader } from '@seaworthy/service/wiring'
import { shutdown } from '@seaworthy/shutdown'
import { startTelemetry, type TelemetryOptions } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'

/**
 * A production service: the packages of Seaworthy, wired in the order that makes each of them right.
 *
 * @throws {ServiceError} `ERR_SERVICE_OPTION` when an option cannot be used.
 * @throws {SeaworthyError} What a part throws about its own options; `ERR_TELEMETRY_STARTED` for a second service.
 */
export async function service(options: ServiceOptions): Promise<Service> {
  const list = new PartList(options)
  const { name, version, checks, guards = [] } = options
  const create = (own: LoggerOptions) => createLogger({ ...own, fields: { service: name, ...own.fields } })
  const logger = list.make('log', create, { outputs: ['stdout', otelOutput()] })
  if (logger) configureLog(logger)
  // Before all that takes time: a signal during the start is not lost.
  const life = list.make('shutdown', shutdown, { logger: log })

  list.mount('trustProxy', trustProxy)
  list.mount('requestId', requestId)
  list.mount('health', health, { version, checks, lifecycle: life, logger: log })
  const endpoint = list.mount('prometheus', prometheus)
  list.mount('tracing', tracing)
  list.mount('metrics', metrics)
  list.mount('requestLog', requestLog)
  list.mount('deadline', deadline, '15s')
  list.mount('bodyLimit', bodyLimit, '1MiB')
  const layer = list.guarded(guards)

  const start = (own: TelemetryOptions) => startTelemetry(withReader(own, endpoint?.reader))
  const identity = { name, ...(version !== undefined && { version }) }
  const telemetry = await list.make('telemetry', start, { service: identity, onError: logDiag(log) })
  if (telemetry) life?.last(`telemetry of ${name}`, () => telemetry.shutdown(), flushTimeout(options))

  return Object.assign(layer, {
    parts: list.parts,
    preflight: (app) => preflight(options, telemetry, app),
    handler: (fetch, settings) => handler(layer, fetch, settings),
    async serve(app, own) {
      const server = { ...options.server, ...own }
      const problems = isDevelopment() ? [] : preflight({ ...options, server }, telemetry, app)
      for (const { code, problem, cure } of problems) log.warn(`preflight: ${problem}. ${cure}`, { code })
      return serve(app, serveSettings(server, options.bodyLimit, life))
    },
  } satisfies Omit<Service, 'hooks'>)
}
