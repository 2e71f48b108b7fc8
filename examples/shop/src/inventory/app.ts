import type { Config } from '@seaworthy/config'
import { health, postgresCheck } from '@seaworthy/health'
import { configureLog, log, logDiag, requestLog } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { metrics, prometheus, runtimeMetrics } from '@seaworthy/metrics'
import { requestId, trustProxy } from '@seaworthy/middleware'
import { bodyLimit, deadline, serve, type Server } from '@seaworthy/server'
import { shutdown } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { openDatabase } from '../shared/database.ts'
import { answerError, answerNotFound } from '../shared/shop-problem.ts'
import type { spec } from './config.ts'
import { stockRoutes } from './stock-routes.ts'
import { openStockStore } from './stock-store.ts'

const service = { name: 'inventory', version: '1.0.0' }

/** The inventory service, from nothing to listening. */
export async function startInventory(cfg: Config<typeof spec>): Promise<Server> {
  const life = shutdown({ drainDelay: cfg.drainDelay, logger: log })
  configureLog({
    level: cfg.logLevel,
    fields: { service: service.name },
    buffer: true,
    outputs: ['stdout', otelOutput()],
  })
  const scrape = prometheus()
  const telemetry = await startTelemetry({ service, metrics: { readers: [scrape.reader] }, onError: logDiag(log) })
  life.last('telemetry', () => telemetry.shutdown())
  life.last('runtime metrics', runtimeMetrics()[Symbol.dispose])

  const database = await openDatabase(cfg.databaseUrl.reveal())
  life.hook('database', () => database.close())
  const store = await openStockStore(database)

  const probes = health({
    version: service.version,
    lifecycle: life,
    checks: { database: { check: postgresCheck(database), gates: ['ready', 'startup'] } },
    logger: log,
  })

  const app = new Hono().onError(answerError).notFound(answerNotFound)
  app.use(trustProxy('loopback'), requestId(), probes, scrape)
  app.use(tracing(), metrics(), requestLog(), deadline(cfg.requestTimeout), bodyLimit('64KiB'))
  app.route('/inventory', stockRoutes(store))

  const timeouts = { read: cfg.readTimeout, write: cfg.writeTimeout }
  return serve(app, { addr: cfg.httpAddr, lifecycle: life, timeouts })
}
