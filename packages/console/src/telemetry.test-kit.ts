import type { HrTime, LogData, PointData, ResourceMetricsData, SpanData } from './index.ts'

/** What a made span stands for. */
export interface MadeSpan extends Partial<Pick<SpanData, 'name' | 'attributes' | 'events' | 'links' | 'status'>> {
  readonly trace?: number
  readonly span?: number
  readonly parent?: number
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly service?: string
  /** Milliseconds after {@link epoch}. */
  readonly at?: number
  readonly ms?: number
}

/** When made telemetry begins, in milliseconds: 2026-01-01. */
export const epoch = 1_767_225_600_000

/** A trace id by number. */
export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0')
}

/** A span id by number. */
export function spanId(number: number): string {
  return number.toString(16).padStart(16, '0')
}

/** Milliseconds after {@link epoch} as the SDK has it. */
export function hrTime(ms: number): HrTime {
  const whole = epoch + Math.floor(ms)
  return [Math.floor(whole / 1000), (whole % 1000) * 1e6 + Math.round((ms - Math.floor(ms)) * 1e6)]
}

const kinds = ['internal', 'server', 'client', 'producer', 'consumer']

/** A span in the form of the SDK. */
export function makeSpan(made: MadeSpan = {}): SpanData {
  const { trace = 1, span = 1, parent, kind = 'server', service = 'orders', at = 0, ms = 1 } = made
  const context = { traceId: traceId(trace), spanId: spanId(span) }
  return {
    name: made.name ?? 'GET /',
    kind: kinds.indexOf(kind),
    spanContext: () => context,
    ...(parent !== undefined && { parentSpanContext: { spanId: spanId(parent) } }),
    startTime: hrTime(at),
    endTime: hrTime(at + ms),
    status: made.status ?? { code: 0 },
    attributes: made.attributes ?? {},
    links: made.links ?? [],
    events: made.events ?? [],
    resource: { attributes: { 'service.name': service } },
    instrumentationScope: { name: 'tests', version: '1' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

/** What a made log record stands for. */
export interface MadeLog extends Partial<Pick<LogData, 'body' | 'attributes' | 'eventName' | 'severityText'>> {
  readonly severity?: number
  readonly service?: string
  readonly logger?: string
  readonly trace?: number
  readonly span?: number
  readonly at?: number
}

/** A log record in the form of the SDK. */
export function makeLog(made: MadeLog = {}): LogData {
  const { severity = 9, service = 'orders', logger = 'tests', trace, span = 1, at = 0, ...rest } = made
  return {
    hrTime: hrTime(at),
    hrTimeObserved: hrTime(at),
    ...(trace !== undefined && { spanContext: { traceId: traceId(trace), spanId: spanId(span) } }),
    severityNumber: severity,
    body: 'hello',
    resource: { attributes: { 'service.name': service } },
    instrumentationScope: { name: logger },
    attributes: {},
    ...rest,
  }
}

/** What a made metric stands for. */
export interface MadeMetric {
  readonly name: string
  readonly kind: 'gauge' | 'counter' | 'histogram' | 'exponential'
  readonly unit?: string
  readonly delta?: boolean
  readonly service?: string
  readonly instance?: string
  /** When the sender began, and when it measured, in milliseconds after {@link epoch}. */
  readonly from?: number
  readonly to?: number
  readonly attributes?: PointData['attributes']
  readonly value: PointData['value']
}

/** One metric with one point, as the SDK collects it. */
export function makeMetric(made: MadeMetric): ResourceMetricsData {
  const { name, kind, unit = '', delta = false, service = 'orders', instance = '1', from = 0, to = 0 } = made
  const types = { histogram: 0, exponential: 1, gauge: 2, counter: 3 }
  const point = { startTime: hrTime(from), endTime: hrTime(to), attributes: made.attributes ?? {}, value: made.value }
  const metric = {
    descriptor: { name, description: '', unit },
    dataPointType: types[kind],
    aggregationTemporality: delta ? 0 : 1,
    isMonotonic: kind === 'counter',
    dataPoints: [point],
  }
  const resource = { attributes: { 'service.name': service, 'service.instance.id': instance } }
  return { resource, scopeMetrics: [{ metrics: [metric] }] }
}
