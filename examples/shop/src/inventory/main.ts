import { configOrExit } from '@seaworthy/config'
import { configureLog, log, logDiag } from '@seaworthy/log'
import { otelOutput } from '@seaworthy/log/otel'
import { prometheus, runtimeMetrics } from '@seaworthy/metrics'
import { serve } from '@seaworthy/server'
import { shutdown } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { telemetryForConsole } from '../shared/console-telemetry.ts'
import { openDatabase } from '../shared/database.ts'
import { startOrExit } from '../shared/start-or-exit.ts'
import { inventoryApp, service } from './app.ts'
import { consoleOfOrders, prefix, spec } from './config.ts'

// The process of the inventory service, from nothing to listening.
await startOrExit(service.name, async () => {
  const cfg = configOrExit(spec, { prefix, unknown: 'warn' })
  // The life cycle comes first: a signal that arrives while the rest starts is not lost.
  const life = shutdown({ drainDelay: cfg.drainDelay, logger: log })
  configureLog({
    level: cfg.logLevel,
    fields: { service: service.name },
    buffer: true,
    outputs: ['stdout', otelOutput()],
  })
  const scrape = prometheus()
  const consoleUrl = cfg.consoleUrl ?? (process.env['NODE_ENV'] === 'development' ? consoleOfOrders : undefined)
  const onError = consoleUrl === undefined ? logDiag(log) : telemetryForConsole({ url: consoleUrl })
  const telemetry = await startTelemetry({ service, metrics: { readers: [scrape.reader] }, onError })
  life.last('telemetry', () => telemetry.shutdown())
  life.last('runtime metrics', runtimeMetrics()[Symbol.dispose])

  // What is opened here closes after what uses it.
  const database = await openDatabase(cfg.databaseUrl.reveal())
  life.hook('database', () => database.close())
  const { app } = await inventoryApp(cfg, { life, scrape, database })

  const timeouts = { read: cfg.readTimeout, write: cfg.writeTimeout }
  await serve(app, { addr: cfg.httpAddr, lifecycle: life, timeouts })
})
