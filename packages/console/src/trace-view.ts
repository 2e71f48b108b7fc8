import type { SpanBar, SpanDetail, SpanEvent, SpanKindName, Trace } from './api-traces.ts'
import { durationOf, isBefore, msBetween, toIso, toMs } from './hr-time.ts'
import { exceptionOf, jsonAttributes, withoutException } from './json-value.ts'
import { statusOf } from './request-summary.ts'
import { serviceOf } from './service-of.ts'
import type { EventData, HrTime, SpanData } from './telemetry-data.ts'
import type { HeldTrace } from './trace-store.ts'

/** When the first span of a trace began. */
export function startOf({ spans }: HeldTrace): HrTime | undefined {
  let start: HrTime | undefined
  for (const { startTime } of spans) if (start === undefined || isBefore(startTime, start)) start = startTime
  return start
}

/** A trace for its waterfall. */
export function traceView(trace: HeldTrace, logs: number): Trace | undefined {
  const start = startOf(trace)
  if (start === undefined) return undefined
  const spans = inOrder(unique(trace.spans))
  const known = new Set(spans.map((span) => span.spanContext().spanId))
  const named = spans.flatMap(({ parentSpanContext: parent }) => (parent === undefined ? [] : [parent.spanId]))
  return {
    traceId: trace.traceId,
    time: toIso(toMs(start)),
    durationMs: spans.reduce((most, { endTime }) => Math.max(most, msBetween(start, endTime)), 0),
    services: [...new Set(spans.map(({ resource }) => serviceOf(resource)))],
    spans: spans.map((span) => spanBar(span, start)),
    dropped: trace.dropped,
    missing: [...new Set(named)].filter((spanId) => !known.has(spanId)),
    logs,
  }
}

/** Everything about one span of a trace, if it is there. */
export function spanDetail(trace: HeldTrace, spanId: string): SpanDetail | undefined {
  const start = startOf(trace)
  const span = trace.spans.find((each) => each.spanContext().spanId === spanId)
  if (start === undefined || span === undefined) return undefined
  const { name, version } = span.instrumentationScope
  const { message } = span.status
  return {
    ...spanBar(span, start),
    traceId: trace.traceId,
    time: toIso(toMs(span.startTime)),
    attributes: jsonAttributes(span.attributes),
    details: span.events.map((event) => spanEvent(event, start)),
    links: span.links.map(({ context: { traceId, spanId: linked }, attributes = {} }) => ({
      traceId,
      spanId: linked,
      attributes: jsonAttributes(attributes),
    })),
    ...(message && { statusMessage: message }),
    scope: { name, ...(version && { version }) },
    resource: jsonAttributes(span.resource.attributes),
    lost: span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount,
  }
}

const kinds: readonly SpanKindName[] = ['internal', 'server', 'client', 'producer', 'consumer']

function spanBar(span: SpanData, start: HrTime): SpanBar {
  const { name, kind, parentSpanContext: parent, events } = span
  const status = statusOf(span)
  return {
    spanId: span.spanContext().spanId,
    ...(parent && { parentId: parent.spanId }),
    service: serviceOf(span.resource),
    name,
    kind: kinds[kind] ?? 'internal',
    offsetMs: msBetween(start, span.startTime),
    durationMs: durationOf(span),
    error: span.status.code === 2,
    ...(status !== undefined && { status }),
    ...(events.length > 0 && {
      events: events.map((event) => [msBetween(start, event.time), event.name === 'exception'] as const),
    }),
  }
}

function spanEvent({ name, time, attributes = {} }: EventData, start: HrTime): SpanEvent {
  const exception = exceptionOf(attributes)
  return {
    name,
    offsetMs: msBetween(start, time),
    attributes: jsonAttributes(exception ? withoutException(attributes) : attributes),
    ...(exception && { exception }),
  }
}

/** An exporter that got no answer sends again: a span that came twice is one. */
function unique(spans: readonly SpanData[]): SpanData[] {
  return [...new Map(spans.map((span) => [span.spanContext().spanId, span])).values()]
}

/**
 * By their beginning. Clocks tell milliseconds, so that many begin together: then a parent comes before its children,
 * and of two on one level the one that ended first, which is also told first.
 */
function inOrder(spans: readonly SpanData[]): SpanData[] {
  const depths = depthsOf(spans)
  const depth = (span: SpanData): number => depths.get(span.spanContext().spanId) ?? 0
  return spans.toSorted((a, b) => msBetween(b.startTime, a.startTime) || depth(a) - depth(b))
}

/** How many spans are above each. Without recursion, and whatever parents are named: also circles have an end. */
function depthsOf(spans: readonly SpanData[]): ReadonlyMap<string, number> {
  const parents = new Map(spans.map((span) => [span.spanContext().spanId, span.parentSpanContext?.spanId ?? '']))
  const depths = new Map<string, number>()
  for (const spanId of parents.keys()) {
    const unknown: string[] = []
    let at = spanId
    for (; parents.has(at) && !depths.has(at); at = parents.get(at) ?? '') {
      depths.set(at, 0)
      unknown.push(at)
    }
    let depth = depths.get(at) ?? -1
    for (const each of unknown.toReversed()) depths.set(each, (depth += 1))
  }
  return depths
}
