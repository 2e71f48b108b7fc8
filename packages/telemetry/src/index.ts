export { adaptive, type AdaptiveOptions } from './adaptive.ts'
export type { PropagatorName } from './propagators.ts'
export { rateLimited, type RateLimitedOptions } from './rate-limited.ts'
export type { Signal } from './signal.ts'
export { startTelemetry } from './start-telemetry.ts'
export type { Tap } from './tap.ts'
export type { Telemetry } from './telemetry.ts'
export { TelemetryError, type TelemetryErrorCode } from './telemetry-error.ts'
export type {
  ExporterName,
  KeepOptions,
  LogsOptions,
  MetricsOptions,
  ServiceDescription,
  TelemetryOptions,
  TracesOptions,
} from './telemetry-options.ts'
export type { OnError, ReportLevel, TelemetryReport } from './telemetry-report.ts'
