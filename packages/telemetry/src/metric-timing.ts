import { parseDuration } from '@seaworthy/middleware'
import { environmentInteger } from './environment.ts'
import type { Reporter } from './reporter.ts'
import { TelemetryError } from './telemetry-error.ts'
import type { MetricsOptions } from './telemetry-options.ts'

const DEFAULT_INTERVAL = 60_000
const DEFAULT_TIMEOUT = 30_000
/** What a timer can wait, and a day less. */
const MAX_INTERVAL = 24 * 86_400_000
/** The reader's timer of the interval may be up before that of an export which began with it. */
const SHARE_OF_INTERVAL = 0.8
/** What the reader's own timeout has over that of the watch, which is the one that tells what happened. */
const MARGIN = 1000

/** When metrics are exported, in milliseconds. */
export interface MetricTiming {
  /** The time that one export may take. */
  readonly exportTimeout: number
  /** What the SDK's reader is given. */
  readonly reader: { readonly exportIntervalMillis: number; readonly exportTimeoutMillis: number }
}

/**
 * The timing of the options, else of `OTEL_METRIC_EXPORT_INTERVAL` and `OTEL_METRIC_EXPORT_TIMEOUT`, else the standard's.
 *
 * @throws {TelemetryError} `ERR_TELEMETRY_OPTION` when the interval is no time that a timer can wait.
 */
export function metricTiming({ interval }: MetricsOptions, reporter: Reporter): MetricTiming {
  const given = interval === undefined ? undefined : parseDuration(interval)
  if (given !== undefined && (given < 1 || given > MAX_INTERVAL)) {
    const message = 'metrics.interval: write a time from "1ms" to "24d", such as "30s".'
    throw new TelemetryError('ERR_TELEMETRY_OPTION', message)
  }
  const fromEnvironment = environmentInteger('OTEL_METRIC_EXPORT_INTERVAL', 1, reporter)
  const exportIntervalMillis = given ?? fromEnvironment ?? DEFAULT_INTERVAL
  const wanted = environmentInteger('OTEL_METRIC_EXPORT_TIMEOUT', 1, reporter) ?? DEFAULT_TIMEOUT
  const exportTimeout = Math.min(wanted, exportIntervalMillis * SHARE_OF_INTERVAL)
  // A reader whose timeout is above its interval throws.
  const exportTimeoutMillis = Math.min(exportTimeout + MARGIN, exportIntervalMillis)
  return { exportTimeout, reader: { exportIntervalMillis, exportTimeoutMillis } }
}
