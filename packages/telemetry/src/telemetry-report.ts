import type { DiagLogger } from '@opentelemetry/api'

/** How much a {@link TelemetryReport} matters. */
export type ReportLevel = 'error' | 'warn' | 'info' | 'debug'

/** What telemetry says about itself: never about a request, and never with a header or a credential in it. */
export interface TelemetryReport {
  readonly level: ReportLevel
  /** One sentence, with no line breaks. */
  readonly message: string
  /** What failed, as `error`, and what was lost, as `spans`, `logs` and `metrics`. Empty where there is nothing to add. */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * Where reports go: a function, or a logger with the methods of OpenTelemetry's `diag`, such as `logDiag(log)` of
 * `@seaworthy/log`.
 */
export type OnError = ((report: TelemetryReport) => void) | DiagLogger
