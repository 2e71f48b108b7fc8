import type { RequestKind, RequestSummary } from './api-requests.ts'
import { durationOf, toIso, toMs } from './hr-time.ts'
import { numberOf, textOf } from './json-value.ts'
import { serviceOf } from './service-of.ts'
import type { SpanData } from './telemetry-data.ts'
import type { Entry } from './trace-store.ts'

/** One line of the list of requests. */
export function requestSummary(entry: Entry, logs: ReadonlyMap<string, number>): RequestSummary {
  const { seq, span, trace } = entry
  return {
    seq,
    ...requestFacts(span),
    traceId: trace.traceId,
    spanId: span.spanContext().spanId,
    name: span.name,
    time: toIso(toMs(span.startTime)),
    durationMs: durationOf(span),
    nested: isNested(entry),
    spans: trace.spans.length,
    logs: logs.get(trace.traceId) ?? 0,
  }
}

/** What requests are filtered by, and what costs little to find out. */
export type RequestFacts = Pick<
  RequestSummary,
  'service' | 'kind' | 'method' | 'route' | 'path' | 'status' | 'error' | 'errorType' | 'principal'
>

/** Reads what a request was from its span, by OpenTelemetry's conventions, the older ones included. */
export function requestFacts(span: SpanData): RequestFacts {
  const { attributes } = span
  const method = textOf(attributes, 'http.request.method', 'http.method')
  const route = textOf(attributes, 'http.route')
  const path = pathOf(span)
  const status = statusOf(span)
  const errorType = errorTypeOf(span)
  const principal = textOf(attributes, 'enduser.id', 'user.id')
  return {
    service: serviceOf(span.resource),
    kind: kindOf(span.kind),
    error: span.status.code === 2,
    ...(method !== undefined && { method }),
    ...(route !== undefined && { route }),
    ...(path !== undefined && { path }),
    ...(status !== undefined && { status }),
    ...(errorType !== undefined && { errorType }),
    ...(principal !== undefined && { principal }),
  }
}

/** The HTTP status of a span, where there is one. */
export function statusOf({ attributes }: SpanData): number | undefined {
  return numberOf(attributes, 'http.response.status_code', 'http.status_code')
}

function pathOf({ attributes }: SpanData): string | undefined {
  const path = textOf(attributes, 'url.path', 'http.target')
  const query = textOf(attributes, 'url.query')
  return path === undefined || query === undefined ? path : `${path}?${query}`
}

function errorTypeOf({ attributes, events }: SpanData): string | undefined {
  const type = textOf(attributes, 'error.type')
  if (type !== undefined && !/^\d{3}$/.test(type)) return type
  const exception = events.find(({ name }) => name === 'exception')
  return textOf(exception?.attributes ?? {}, 'exception.type') ?? type
}

function kindOf(kind: number): RequestKind {
  if (kind === 1) return 'server'
  return kind === 4 ? 'consumer' : 'job'
}

/** Long traces are not searched for the parent of every entry: there it is enough that one is named. */
const searched = 200

function isNested({ span: { parentSpanContext: parent }, trace }: Entry): boolean {
  if (parent === undefined) return false
  if (trace.spans.length > searched) return true
  return trace.spans.some((each) => each.spanContext().spanId === parent.spanId)
}
