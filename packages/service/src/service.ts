import { health } from '@seaworthy/health'
import { configureLog, createLogger, log, logDiag, requestLog, type LoggerOptions } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { metrics, prometheus, runtimeMetrics } from '@seaworthy/metrics'
import { handler, isDevelopment, requestId, trustProxy } from '@seaworthy/middleware'
import { bodyLimit, deadline, serve } from '@seaworthy/server'
import type { Service, ServiceOptions } from '@seaworthy/service'
import { flushTimeout, identity, observed, PartList, preflight, report, serveSettings } from '@seaworthy/service/wiring'
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
  const { name, version, checks, config, guards = [] } = options
  const create = (own: LoggerOptions) => createLogger({ ...own, fields: { service: name, ...own.fields } })
  const logger = list.make('log', create, { outputs: ['stdout', otelOutput()] })
  if (logger) configureLog(logger)
  // Before all that takes time: a signal during the start is not lost.
  const life = list.make('shutdown', shutdown, { logger: log })

  list.mount('trustProxy', trustProxy)
  list.mount('requestId', requestId)
  const probes = list.mount('health', health, { version, checks, lifecycle: life, logger: log })
  const endpoint = list.mount('prometheus', prometheus)
  list.mount('tracing', tracing)
  list.mount('metrics', metrics)
  list.mount('requestLog', requestLog)
  const shown = { config, routes: list.routes }
  const debug = async () => (await import('@seaworthy/debug')).debug
  const tools = await list.load('debug', debug, { authorize: 'loopback', ...shown })
  const consolePage = async () => (await import('@seaworthy/console')).consolePage
  const page = await list.load('console', consolePage, { health: probes, debug: tools, ...shown })
  list.mount('deadline', deadline, '15s')
  list.mount('bodyLimit', bodyLimit, '1MiB')
  const layer = list.guarded(guards)

  const start = (own: TelemetryOptions) => startTelemetry(observed(own, endpoint?.reader, page))
  const telemetry = await list.make('telemetry', start, { service: identity(options), onError: logDiag(log) })
  const runtime = list.make('runtimeMetrics', runtimeMetrics)
  const end = () => telemetry?.shutdown().finally(runtime?.[Symbol.dispose])
  if (telemetry) life?.last(`telemetry of ${name}`, end, flushTimeout(options))

  return Object.assign(layer, {
    parts: list.parts,
    preflight: (app) => preflight(options, telemetry, app),
    handler: (fetch, settings) => handler(layer, fetch, settings),
    async serve(app, own) {
      const server = { ...options.server, ...own }
      if (!isDevelopment()) report(log, preflight({ ...options, server }, telemetry, app))
      return serve(list.serving(app), serveSettings(server, options.bodyLimit, life))
    },
  } satisfies Omit<Service, 'hooks'>)
}
