import type { ProtobufField, ProtobufMessage } from './protobuf.ts'

type Fields = Readonly<Record<number, ProtobufField>>

/** Described once, although messages refer to each other. */
function message(describe: () => Fields): ProtobufMessage {
  let fields: Fields | undefined
  return () => (fields ??= describe())
}

const one = (name: string, type: ProtobufField['type']): ProtobufField => ({ name, type })
const many = (name: string, type: ProtobufField['type']): ProtobufField => ({ name, type, repeated: true })

const anyValue: ProtobufMessage = message(() => ({
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'varint'),
  4: one('doubleValue', 'double'),
  5: one(
    'arrayValue',
    message(() => ({ 1: many('values', anyValue) })),
  ),
  6: one(
    'kvlistValue',
    message(() => ({ 1: many('values', keyValue) })),
  ),
  7: one('bytesValue', 'bytes'),
}))
const keyValue: ProtobufMessage = message(() => ({ 1: one('key', 'string'), 2: one('value', anyValue) }))
const resource = message(() => ({ 1: many('attributes', keyValue) }))
const scope = message(() => ({ 1: one('name', 'string'), 2: one('version', 'string') }))

const event = message(() => ({
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: many('attributes', keyValue),
}))
const link = message(() => ({
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  4: many('attributes', keyValue),
}))
const span = message(() => ({
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  4: one('parentSpanId', 'hex'),
  5: one('name', 'string'),
  6: one('kind', 'varint'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: many('attributes', keyValue),
  10: one('droppedAttributesCount', 'varint'),
  11: many('events', event),
  12: one('droppedEventsCount', 'varint'),
  13: many('links', link),
  14: one('droppedLinksCount', 'varint'),
  15: one(
    'status',
    message(() => ({ 2: one('message', 'string'), 3: one('code', 'varint') })),
  ),
}))

const logRecord = message(() => ({
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'varint'),
  3: one('severityText', 'string'),
  5: one('body', anyValue),
  6: many('attributes', keyValue),
  9: one('traceId', 'hex'),
  10: one('spanId', 'hex'),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
}))

const numberPoint = message(() => ({
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('asDouble', 'double'),
  6: one('asInt', 'sfixed64'),
  7: many('attributes', keyValue),
}))
const histogramPoint = message(() => ({
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: many('bucketCounts', 'fixed64'),
  7: many('explicitBounds', 'double'),
  9: many('attributes', keyValue),
  12: one('max', 'double'),
}))
const exponentialPoint = message(() => ({
  1: many('attributes', keyValue),
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: one('scale', 'sint'),
  7: one('zeroCount', 'fixed64'),
  8: one(
    'positive',
    message(() => ({ 1: one('offset', 'sint'), 2: many('bucketCounts', 'varint') })),
  ),
  13: one('max', 'double'),
}))
const metric = message(() => ({
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one(
    'gauge',
    message(() => ({ 1: many('dataPoints', numberPoint) })),
  ),
  7: one(
    'sum',
    message(() => ({
      1: many('dataPoints', numberPoint),
      2: one('aggregationTemporality', 'varint'),
      3: one('isMonotonic', 'bool'),
    })),
  ),
  9: one(
    'histogram',
    message(() => ({ 1: many('dataPoints', histogramPoint), 2: one('aggregationTemporality', 'varint') })),
  ),
  10: one(
    'exponentialHistogram',
    message(() => ({ 1: many('dataPoints', exponentialPoint), 2: one('aggregationTemporality', 'varint') })),
  ),
}))

/** A request of OTLP is a list of resources, each with a list of scopes, each with a list of items. */
function request(resources: string, scopes: string, items: string, item: ProtobufMessage): ProtobufMessage {
  const scoped = message(() => ({ 1: one('scope', scope), 2: many(items, item) }))
  const owned = message(() => ({ 1: one('resource', resource), 2: many(scopes, scoped) }))
  return message(() => ({ 1: many(resources, owned) }))
}

/** `ExportTraceServiceRequest` of opentelemetry-proto 1, as far as it is read. */
export const tracesRequest: ProtobufMessage = request('resourceSpans', 'scopeSpans', 'spans', span)

/** `ExportLogsServiceRequest`. */
export const logsRequest: ProtobufMessage = request('resourceLogs', 'scopeLogs', 'logRecords', logRecord)

/** `ExportMetricsServiceRequest`. */
export const metricsRequest: ProtobufMessage = request('resourceMetrics', 'scopeMetrics', 'metrics', metric)
