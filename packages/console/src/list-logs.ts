import type { LogPage } from './api-logs.ts'
import { toMs } from './hr-time.ts'
import { jsonValue } from './json-value.ts'
import { collect, hasAll, sorted } from './list-requests.ts'
import { logEntry, messageOf, rankOf, severityOf, timeOf } from './log-entry.ts'
import type { HeldLog, LogStore } from './log-store.ts'
import type { Query } from './query.ts'
import { serviceOf } from './service-of.ts'
import type { LogData } from './telemetry-data.ts'
import { startOf } from './trace-view.ts'
import type { TraceStore } from './trace-store.ts'

/** One page of the lines that match a question: the newest first, those of one trace in the order of their time. */
export function listLogs(logs: LogStore, traces: TraceStore, query: Query): LogPage {
  const matches = logFilter(query)
  const traceId = query.text('trace')
  const limit = query.limit(traceId === undefined ? 200 : 1000, 1000)
  const before = query.number('before') ?? Infinity
  const after = query.number('after') ?? -1
  const found: HeldLog[] = []
  const services = new Set<string>()
  const loggers = new Set<string>()
  for (const log of logs.newest()) {
    collect(services, serviceOf(log.record.resource))
    collect(loggers, log.record.instrumentationScope.name)
    if (found.length <= limit && log.seq < before && log.seq > after && matches(log.record)) found.push(log)
  }
  const shown = found.slice(0, limit)
  const next = found.length > limit ? shown.at(-1)?.seq : undefined
  if (traceId !== undefined) shown.sort((a, b) => timeOf(a.record) - timeOf(b.record) || a.seq - b.seq)
  const trace = traceId === undefined ? undefined : traces.find(traceId)
  const start = trace && startOf(trace)
  return {
    logs: shown.map((log) => logEntry(log, start && toMs(start))),
    ...(next !== undefined && { next }),
    held: logs.held.logs,
    facets: { services: sorted(services), loggers: sorted(loggers) },
  }
}

/** Whether a record matches the filters of a question. */
export function logFilter(query: Query): (record: LogData) => boolean {
  const lowest = rankOf(query.text('level')) ?? 0
  const service = query.text('service')
  const logger = query.text('logger')
  const trace = query.text('trace')
  const span = query.text('span')
  const words = query.words('search')
  return (record) =>
    severityOf(record) >= lowest &&
    (trace === undefined || record.spanContext?.traceId === trace) &&
    (span === undefined || record.spanContext?.spanId === span) &&
    (service === undefined || serviceOf(record.resource) === service) &&
    (logger === undefined || record.instrumentationScope.name === logger) &&
    (words.length === 0 || hasAll(textOfLog(record), words))
}

function textOfLog(record: LogData): string {
  const { attributes, eventName, instrumentationScope, spanContext, resource } = record
  const fields = Object.entries(attributes).map(([name, value]) => `${name}=${asText(value)}`)
  const words = [messageOf(record), eventName, instrumentationScope.name, serviceOf(resource), spanContext?.traceId]
  return [...words, ...fields].join('\n').toLowerCase()
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(jsonValue(value)) : String(value)
}
