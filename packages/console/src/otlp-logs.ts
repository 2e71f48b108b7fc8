import { anyValue, attributes, id, list, member, number, resourceOf, scopeOf, text, time } from './otlp-values.ts'
import type { LogData, ResourceData, ScopeData } from './telemetry-data.ts'

/** The records of an `ExportLogsServiceRequest`. */
export function* receivedLogs(request: unknown): Generator<LogData> {
  for (const owner of list(member(request, 'resourceLogs'))) {
    const resource = resourceOf(owner)
    for (const scoped of list(member(owner, 'scopeLogs'))) {
      const scope = scopeOf(scoped)
      for (const record of list(member(scoped, 'logRecords'))) yield receivedLog(record, resource, scope)
    }
  }
}

function receivedLog(record: unknown, resource: ResourceData, instrumentationScope: ScopeData): LogData {
  const traceId = id(member(record, 'traceId'), 32)
  const spanId = id(member(record, 'spanId'), 16)
  const severityNumber = number(member(record, 'severityNumber'))
  return {
    hrTime: time(member(record, 'timeUnixNano')),
    hrTimeObserved: time(member(record, 'observedTimeUnixNano')),
    spanContext: traceId !== undefined && spanId !== undefined ? { traceId, spanId } : undefined,
    severityText: text(member(record, 'severityText')),
    severityNumber: Number.isInteger(severityNumber) ? severityNumber : 0,
    body: anyValue(member(record, 'body')),
    eventName: text(member(record, 'eventName')),
    resource,
    instrumentationScope,
    attributes: attributes(member(record, 'attributes')),
  }
}
