import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api'
import { diagLogLevelFromString, loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core'
import { inspect } from 'node:util'
import { environmentText } from './environment.ts'
import type { Reporter } from './reporter.ts'
import { isRegistered } from './globals.ts'
import type { ReportLevel } from './telemetry-report.ts'

const MAX_LENGTH = 500
/** Where the event loop was held up the SDK may see this first; the watch of the exports tells it in any case. */
const TOLD_BY_WATCH = 'PeriodicExportingMetricReader: metrics export timed out'

/**
 * Sends what the SDK says about itself to the reporter: its `diag` log from `OTEL_LOG_LEVEL` up, by default from
 * `warn`, and its errors. A `diag` logger that the application has set stays.
 *
 * @returns What takes it back.
 */
export function reportDiagnostics(reporter: Reporter): () => void {
  const ours = !isRegistered('diag')
  if (ours) diag.setLogger(diagLogger(reporter), { logLevel: DiagLogLevel.WARN })
  const level = environmentText('OTEL_LOG_LEVEL')
  // Twice, because an unknown level is itself a warning that should arrive.
  if (ours && level !== undefined) {
    const logLevel = diagLogLevelFromString(level) ?? DiagLogLevel.WARN
    diag.setLogger(diagLogger(reporter), { logLevel, suppressOverrideMessage: true })
  }
  setGlobalErrorHandler((error) => reporter.repeated('error', `OpenTelemetry: ${text(error)}`, { error }))
  return () => {
    if (ours) diag.disable()
    setGlobalErrorHandler(loggingErrorHandler())
  }
}

function diagLogger({ report, repeated }: Reporter): DiagLogger {
  const to =
    (level: ReportLevel, send: Reporter['report']) =>
    (message: string, ...details: unknown[]) => {
      if (message.startsWith(TOLD_BY_WATCH)) return
      send(level, ['OpenTelemetry:', message, ...details.map(text)].join(' ').slice(0, MAX_LENGTH))
    }
  return {
    error: to('error', repeated),
    warn: to('warn', repeated),
    info: to('info', report),
    debug: to('debug', report),
    verbose: to('debug', report),
  }
}

function text(detail: unknown): string {
  if (typeof detail === 'string') return detail
  if (detail instanceof Error) return detail.message
  return inspect(detail, { depth: 1, breakLength: Infinity, maxStringLength: 100, maxArrayLength: 5 })
}
