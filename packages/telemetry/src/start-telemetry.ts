import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { parseDuration } from '@seaworthy/middleware'
import { chooseExporters } from './chosen-exporters.ts'
import { claimProcess } from './claim-process.ts'
import { reportDiagnostics } from './diagnostics.ts'
import { environmentFlag } from './environment.ts'
import { createExportWatch } from './export-watch.ts'
import { createGlobals, isRegistered, type Globals } from './globals.ts'
import { logsPipeline } from './logs-pipeline.ts'
import { createMetricHub, type MetricHub } from './metric-hub.ts'
import { metricsPipeline } from './metrics-pipeline.ts'
import { choosePropagator } from './propagators.ts'
import { createReporter, type Reporter } from './reporter.ts'
import { describeResource } from './resource.ts'
import type { Signal } from './signal.ts'
import { createTapSwitch, type TapSwitch } from './tap.ts'
import { createTelemetry, type Telemetry, type TelemetryParts } from './telemetry.ts'
import type { TelemetryOptions } from './telemetry-options.ts'
import { tracesPipeline } from './traces-pipeline.ts'

/** What the steps of a start share. */
interface Start {
  readonly options: TelemetryOptions
  readonly reporter: Reporter
  readonly globals: Globals
  readonly hub: MetricHub
  readonly tap: TapSwitch
}

/**
 * Configures OpenTelemetry for this process: traces, metrics and logs, as the standard environment variables and the
 * options say. Call it once, before the service listens; what was mounted before it records after it.
 *
 * @returns The handle to flush and shut it down with.
 * @throws {TelemetryError} `ERR_TELEMETRY_OPTION` when an option cannot be used, `ERR_TELEMETRY_STARTED` when it runs
 *   already. A wrong environment variable is reported to `onError` and never throws.
 */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
  const timeout = parseDuration(options.shutdownTimeout ?? '2s')
  const releaseProcess = claimProcess()
  const reporter = createReporter({ onError: options.onError })
  const releaseDiagnostics = reportDiagnostics(reporter)
  const globals = createGlobals(reporter)
  const hub = createMetricHub()
  const tap = createTapSwitch(hub, reporter)
  function undo(): void {
    globals.release()
    releaseDiagnostics()
    releaseProcess()
  }
  try {
    const pipelines = await start({ options, reporter, globals, hub, tap })
    return createTelemetry({ pipelines, tap, reporter, timeout, undo })
  } catch (error) {
    undo()
    throw error
  }
}

async function start(parts: Start): Promise<TelemetryParts['pipelines']> {
  const { options, reporter, globals } = parts
  const propagator = await choosePropagator(options.propagators, reporter)
  // Propagation works also where the SDK is disabled, as the variable's specification says.
  if (!isRegistered('context')) globals.context(new AsyncLocalStorageContextManager().enable())
  if (!isRegistered('propagation')) globals.propagation(propagator)
  if (environmentFlag('OTEL_SDK_DISABLED', reporter)) return {}
  return startPipelines(parts)
}

async function startPipelines({ options, reporter, globals, hub, tap }: Start): Promise<TelemetryParts['pipelines']> {
  const { traces = {}, metrics = {}, logs = {} } = options
  const choices = {
    traces: chooseExporters('traces', traces.exporter, reporter),
    metrics: chooseExporters('metrics', metrics.exporter, reporter),
    logs: chooseExporters('logs', logs.exporter, reporter),
  }
  const resource = await describeResource(options, reporter)
  const parts = { resource, reporter, watch: createExportWatch(reporter) }
  const pipelines = {
    ...(isFree('trace', 'traces', reporter) && {
      traces: await tracesPipeline(traces, choices.traces, tap.spans, parts),
    }),
    ...(isFree('metrics', 'metrics', reporter) && {
      metrics: await metricsPipeline(metrics, choices.metrics, hub, parts),
    }),
    ...(isFree('logs', 'logs', reporter) && { logs: await logsPipeline(choices.logs, tap.logs, parts) }),
  }
  if (pipelines.traces) globals.trace(pipelines.traces.provider)
  if (pipelines.metrics) globals.metrics(pipelines.metrics.provider)
  if (pipelines.logs) globals.logs(pipelines.logs.provider)
  tap.set(options.tap)
  const undecided = (Object.keys(pipelines) as Signal[]).filter(
    (signal) => !choices[signal].decided && !(signal === 'metrics' && metrics.readers?.length),
  )
  if (undecided.length > 0 && options.tap === undefined) reportSilence(undecided, reporter)
  return pipelines
}

/** A runtime's own tracer, or an SDK that was started before, stays. */
function isFree(part: 'trace' | 'metrics' | 'logs', signal: Signal, reporter: Reporter): boolean {
  if (!isRegistered(part)) return true
  reporter.report('info', `The ${signal} are left to the provider that was registered first.`)
  return false
}

function reportSilence(signals: readonly Signal[], reporter: Reporter): void {
  const names = signals.join(', ').replace(/, (?=\w+$)/, ' and ')
  const cure = 'Set OTEL_EXPORTER_OTLP_ENDPOINT, or write exporter "none" where that is meant.'
  reporter.report('info', `No OTLP endpoint is configured: ${names} are not exported. ${cure}`)
}
