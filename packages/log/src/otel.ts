import * as api from '@opentelemetry/api'
import { severity } from './level.ts'
import { LogError } from './log-error.ts'
import type { LogRecord } from './log-record.ts'
import type { Output } from './output.ts'
import { isMembers, type Plain, type PlainFields } from './plain.ts'

/** Settings of {@link otelOutput}. */
export interface OtelOutputOptions {
  /** The name of the instrumentation scope. @default '@seaworthy/log' */
  readonly scope?: string
}

/**
 * An output that gives records to the OpenTelemetry Logs API, and so to the SDK of the process, also when that starts
 * later. A record belongs to the span that was active when it was logged.
 *
 * @throws {LogError} `ERR_LOG_OTEL` when `@opentelemetry/api` is older than 1.10 and has no logs.
 */
export function otelOutput({ scope = '@seaworthy/log' }: OtelOutputOptions = {}): Output {
  if (!('logs' in api)) {
    throw new LogError('ERR_LOG_OTEL', 'Logs are part of @opentelemetry/api from 1.10 on. Install that version.')
  }
  return {
    write(record) {
      const logger = api.logs.getLogger(scope)
      const severityNumber = severity[record.level]
      const context = record.span ? api.trace.setSpanContext(api.ROOT_CONTEXT, record.span) : api.ROOT_CONTEXT
      if (!logger.enabled({ severityNumber, context })) return
      logger.emit({
        timestamp: hrTime(record.time),
        severityNumber,
        severityText: record.level,
        body: record.msg,
        attributes: { ...identity(record), ...exception(record.error), ...record.fields },
        context,
      })
    },
  }
}

/** Seconds and nanoseconds: the API takes a small number for one of `performance.now()`. */
function hrTime(milliseconds: number): [number, number] {
  const seconds = Math.floor(milliseconds / 1000)
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)]
}

function identity({ requestId }: LogRecord): PlainFields {
  return requestId === undefined ? {} : { request_id: requestId }
}

/** The attributes of OpenTelemetry's conventions for exceptions; what they do not name is `error`. */
function exception(error: Plain | undefined): PlainFields {
  if (error === undefined) return {}
  if (!isMembers(error)) return { 'exception.message': error }
  const { type = 'Error', message = '', stack, ...rest } = error
  return {
    'exception.type': type,
    'exception.message': message,
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    ...(Object.keys(rest).length === 0 ? {} : { error: rest }),
  }
}
