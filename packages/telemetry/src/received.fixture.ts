/** What a receiver has decoded, the same whether it came as protobuf or as JSON. */
export interface Received {
  readonly spans: ReceivedSpan[]
  readonly logs: ReceivedLog[]
  readonly metrics: ReceivedMetric[]
}

/** Attributes as a plain object. */
export type Plain = Record<string, unknown>

/** A decoded span. */
export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly flags: number
  readonly status: number
  readonly attributes: Plain
  readonly droppedAttributes: number
  readonly events: { readonly name: string; readonly attributes: Plain }[]
  readonly links: { readonly traceId: string; readonly attributes: Plain }[]
  readonly resource: Plain
  readonly scope: string
}

/** A decoded log record. */
export interface ReceivedLog {
  readonly body: unknown
  readonly severity: number
  readonly traceId: string
  readonly attributes: Plain
  readonly resource: Plain
}

/** A decoded metric, with its points. */
export interface ReceivedMetric {
  readonly name: string
  readonly kind: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram'
  /** 1 is delta, 2 is cumulative. */
  readonly temporality: number
  readonly points: { readonly value: number; readonly attributes: Plain }[]
  readonly resource: Plain
}

type Node = { readonly [key: string]: unknown }

/** Adds what one request carries. */
export function addReceived(to: Received, request: unknown): void {
  for (const group of list(request, 'resourceSpans')) {
    for (const scoped of list(group, 'scopeSpans')) {
      to.spans.push(...list(scoped, 'spans').map((span) => toSpan(span, resourceOf(group), scoped)))
    }
  }
  for (const group of list(request, 'resourceLogs')) {
    for (const scoped of list(group, 'scopeLogs')) {
      to.logs.push(...list(scoped, 'logRecords').map((record) => toLog(record, resourceOf(group))))
    }
  }
  for (const group of list(request, 'resourceMetrics')) {
    for (const scoped of list(group, 'scopeMetrics')) {
      to.metrics.push(...list(scoped, 'metrics').map((metric) => toMetric(metric, resourceOf(group))))
    }
  }
}

function toSpan(span: Node, resource: Plain, scoped: Node): ReceivedSpan {
  return {
    name: String(span['name']),
    traceId: hex(span['traceId']),
    spanId: hex(span['spanId']),
    parentSpanId: hex(span['parentSpanId']),
    flags: Number(span['flags'] ?? 0),
    status: Number(node(span['status'])['code'] ?? 0),
    attributes: attributesOf(span),
    droppedAttributes: Number(span['droppedAttributesCount'] ?? 0),
    events: list(span, 'events').map((event) => ({ name: String(event['name']), attributes: attributesOf(event) })),
    links: list(span, 'links').map((link) => ({ traceId: hex(link['traceId']), attributes: attributesOf(link) })),
    resource,
    scope: String(node(scoped['scope'])['name']),
  }
}

function toLog(record: Node, resource: Plain): ReceivedLog {
  return {
    body: value(record['body']),
    severity: Number(record['severityNumber'] ?? 0),
    traceId: hex(record['traceId']),
    attributes: attributesOf(record),
    resource,
  }
}

function toMetric(metric: Node, resource: Plain): ReceivedMetric {
  const kinds = ['gauge', 'sum', 'histogram', 'exponentialHistogram'] as const
  const kind = kinds.find((each) => metric[each] !== undefined) ?? 'gauge'
  const data = node(metric[kind])
  const points = list(data, 'dataPoints').map((point) => ({
    value: Number(point['asDouble'] ?? point['asInt'] ?? point['count']),
    attributes: attributesOf(point),
  }))
  const temporality = Number(data['aggregationTemporality'] ?? 0)
  return { name: String(metric['name']), kind, temporality, points, resource }
}

function resourceOf(group: Node): Plain {
  return attributesOf(node(group['resource']))
}

function attributesOf(of: Node): Plain {
  return Object.fromEntries(list(of, 'attributes').map((pair) => [String(pair['key']), value(pair['value'])]))
}

function value(any: unknown): unknown {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = node(any)
  if (arrayValue !== undefined) return list(arrayValue, 'values').map(value)
  return stringValue ?? boolValue ?? (intValue === undefined ? doubleValue : Number(intValue))
}

function hex(id: unknown): string {
  return id instanceof Uint8Array ? Buffer.from(id).toString('hex') : String(id ?? '')
}

function node(of: unknown): Node {
  return typeof of === 'object' && of !== null ? { ...of } : {}
}

function list(of: unknown, key: string): Node[] {
  const items = node(of)[key]
  return Array.isArray(items) ? items.map(node) : []
}
