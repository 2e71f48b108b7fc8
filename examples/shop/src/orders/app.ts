import { health, httpCheck, postgresCheck } from '@seaworthy/health'
import type { Config } from '@seaworthy/config'
import { configureLog, log, logDiag, loggedFetch, requestLog } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { measuredFetch, metrics, prometheus, runtimeMetrics } from '@seaworthy/metrics'
import { requestId, trustProxy } from '@seaworthy/middleware'
import { bodyLimit, deadline, serve, type Server } from '@seaworthy/server'
import { shutdown } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracedFetch, tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { openDatabase } from '../shared/database.ts'
import { fetchWithin } from '../shared/fetch-within.ts'
import { repeat } from '../shared/repeat.ts'
import { answerError, answerNotFound } from '../shared/shop-problem.ts'
import type { spec } from './config.ts'
import { inventoryClient } from './inventory-client.ts'
import { orderDesk } from './order-desk.ts'
import { orderEvents } from './order-events.ts'
import { orderRoutes } from './order-routes.ts'
import { openOrderStore } from './order-store.ts'

const service = { name: 'orders', version: '1.0.0' }

/** The orders service, from nothing to listening. */
export async function startOrders(cfg: Config<typeof spec>): Promise<Server> {
  // The life cycle comes first: a signal that arrives while the rest starts is not lost.
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

  // What the service depends on. Each closes after what uses it.
  const database = await openDatabase(cfg.databaseUrl.reveal())
  life.hook('database', () => database.close())
  const store = await openOrderStore(database)
  const outgoing = fetchWithin(cfg.inventoryTimeout, tracedFetch(loggedFetch(measuredFetch())))
  const inventory = inventoryClient(cfg.inventoryUrl, outgoing)
  const events = orderEvents()
  const desk = orderDesk(store, inventory, events)
  const recovery = repeat('30s', () => desk.recover())
  life.hook('recovery', () => recovery.stop())

  const probes = health({
    version: service.version,
    lifecycle: life,
    checks: {
      database: { check: postgresCheck(database), gates: ['ready', 'startup'] },
      inventory: { check: httpCheck(cfg.inventoryUrl), kind: 'degraded' },
    },
    logger: log,
  })

  const app = new Hono().onError(answerError).notFound(answerNotFound)
  app.use(trustProxy('loopback'), requestId(), probes, scrape)
  app.use(tracing(), metrics(), requestLog(), deadline(cfg.requestTimeout), bodyLimit('64KiB'))
  app.route('/orders', orderRoutes(store, desk, events))

  const timeouts = { read: cfg.readTimeout, write: cfg.writeTimeout }
  return serve(app, { addr: cfg.httpAddr, lifecycle: life, timeouts })
}
