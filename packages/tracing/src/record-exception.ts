import * as api from '@opentelemetry/api'
import type { Attributes, Context, Span } from '@opentelemetry/api'
import { errorClass } from '@seaworthy/middleware/http-conventions'
import { scopeName } from './active-tracer.ts'
import { version } from './version.ts'

/** How an exception is called as a log record, and how serious it is (semantic conventions, exceptions in logs). */
export interface ExceptionEvent {
  readonly name: string
  /** A severity number of the OpenTelemetry log model: 13 is WARN, 17 is ERROR. */
  readonly severity: 13 | 17
}

/** An exception that a request was not saved from. */
export const serverException: ExceptionEvent = { name: 'http.server.request.exception', severity: 17 }

/** An exception of an outgoing call: what called may well handle it. */
export const clientException: ExceptionEvent = { name: 'http.client.request.exception', severity: 13 }

/** An exception that left a span of the application. */
export const innerException: ExceptionEvent = { name: 'exception', severity: 17 }

/**
 * Records an exception as an event of its span, as a log record, or as both, as `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`
 * says (`logs`, `logs/dup`; otherwise events).
 *
 * @param within - The context that the log record belongs to.
 */
export function recordException(span: Span, error: unknown, event: ExceptionEvent, within: Context): void {
  const signals = (process.env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'] ?? '').split(',').map((word) => word.trim())
  const both = signals.includes('logs/dup')
  // The API has logs from 1.10 on.
  const logged = 'logs' in api && (both || signals.includes('logs'))
  if (logged) emit(error, event, within)
  if (both || !logged) span.recordException(exceptionOf(error), performance.now())
}

function emit(error: unknown, event: ExceptionEvent, context: Context): void {
  api.logs.getLogger(scopeName, version).emit({
    eventName: event.name,
    severityNumber: event.severity,
    severityText: event.severity === 17 ? 'ERROR' : 'WARN',
    attributes: exceptionAttributes(error),
    context,
  })
}

function exceptionAttributes(error: unknown): Attributes {
  const attributes: Attributes = {}
  const type = errorClass(error)
  if (type !== undefined) attributes['exception.type'] = type
  const exception = exceptionOf(error)
  if (typeof exception === 'string') attributes['exception.message'] = exception
  else {
    attributes['exception.message'] = exception.message
    if (exception.stack !== undefined) attributes['exception.stacktrace'] = exception.stack
  }
  return attributes
}

/** What may be thrown need not be an Error, and need not turn into a string without throwing in its turn. */
function exceptionOf(error: unknown): Error | string {
  if (error instanceof Error) return error
  try {
    return String(error)
  } catch {
    return Object.prototype.toString.call(error)
  }
}
