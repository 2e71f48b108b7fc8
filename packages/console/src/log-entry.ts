import type { LogEntry, LogLevel } from './api-logs.ts'
import { toIso, toMs } from './hr-time.ts'
import { exceptionOf, jsonAttributes, jsonValue, withoutException } from './json-value.ts'
import type { HeldLog } from './log-store.ts'
import { serviceOf } from './service-of.ts'
import type { LogData } from './telemetry-data.ts'

const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** How severe a level is, 0 to 5; `undefined` for what is no level. */
export function rankOf(level: string | undefined): number | undefined {
  const rank = levels.findIndex((each) => each === level)
  return rank === -1 ? undefined : rank
}

/** How severe a record is, 0 to 5: OpenTelemetry has four numbers for each level. What says nothing is `info`. */
export function severityOf({ severityNumber = 0, severityText }: LogData): number {
  if (severityNumber >= 1) return Math.min(5, Math.floor((severityNumber - 1) / 4))
  return rankOf(severityText?.toLowerCase()) ?? 2
}

/** When a record was made, in milliseconds since 1970; when it was seen, where the maker did not say. */
export function timeOf({ hrTime, hrTimeObserved }: LogData): number {
  return toMs(hrTime[0] === 0 && hrTime[1] === 0 ? hrTimeObserved : hrTime)
}

/** The text of a record. */
export function messageOf({ body, eventName, attributes }: LogData): string {
  if (typeof body === 'string') return body
  if (body !== undefined && body !== null) return JSON.stringify(jsonValue(body))
  return eventName || exceptionOf(attributes)?.message || ''
}

/** One line of the log, from the beginning of its trace where that is asked for. */
export function logEntry({ seq, record }: HeldLog, traceStart?: number): LogEntry {
  const { body, eventName, instrumentationScope, spanContext, attributes } = record
  const time = timeOf(record)
  const exception = exceptionOf(attributes)
  return {
    seq,
    time: toIso(time),
    level: levels[severityOf(record)] ?? 'info',
    service: serviceOf(record.resource),
    message: messageOf(record),
    ...(typeof body === 'object' && body !== null && { body: jsonValue(body) }),
    ...(eventName && { event: eventName }),
    ...(instrumentationScope.name && { logger: instrumentationScope.name }),
    ...(spanContext && { traceId: spanContext.traceId, spanId: spanContext.spanId }),
    ...(traceStart !== undefined && { offsetMs: time - traceStart }),
    attributes: jsonAttributes(exception ? withoutException(attributes) : attributes),
    ...(exception && { exception }),
  }
}
