import { attributes, id, list, member, number, resourceOf, scopeOf, text, time } from './otlp-values.ts'
import type { EventData, LinkData, ResourceData, ScopeData, SpanData } from './telemetry-data.ts'

/** The spans of an `ExportTraceServiceRequest`; `undefined` for each that has no valid ids. */
export function* receivedSpans(request: unknown): Generator<SpanData | undefined> {
  for (const owner of list(member(request, 'resourceSpans'))) {
    const resource = resourceOf(owner)
    for (const scoped of list(member(owner, 'scopeSpans'))) {
      const scope = scopeOf(scoped)
      for (const span of list(member(scoped, 'spans'))) yield receivedSpan(span, resource, scope)
    }
  }
}

function receivedSpan(span: unknown, resource: ResourceData, instrumentationScope: ScopeData): SpanData | undefined {
  const traceId = id(member(span, 'traceId'), 32)
  const spanId = id(member(span, 'spanId'), 16)
  if (traceId === undefined || spanId === undefined) return undefined
  const context = { traceId, spanId }
  const parent = id(member(span, 'parentSpanId'), 16)
  const status = member(span, 'status')
  const startTime = time(member(span, 'startTimeUnixNano'))
  return {
    name: text(member(span, 'name')),
    // OTLP counts from 1, and has 0 for what was not specified.
    kind: Math.max(0, number(member(span, 'kind')) - 1),
    spanContext: () => context,
    parentSpanContext: parent === undefined ? undefined : { spanId: parent },
    startTime,
    endTime: time(member(span, 'endTimeUnixNano')),
    status: { code: number(member(status, 'code')), message: text(member(status, 'message')) },
    attributes: attributes(member(span, 'attributes')),
    events: list(member(span, 'events')).map(receivedEvent),
    links: list(member(span, 'links')).flatMap(receivedLink),
    resource,
    instrumentationScope,
    droppedAttributesCount: number(member(span, 'droppedAttributesCount')),
    droppedEventsCount: number(member(span, 'droppedEventsCount')),
    droppedLinksCount: number(member(span, 'droppedLinksCount')),
  }
}

function receivedEvent(event: unknown): EventData {
  return {
    name: text(member(event, 'name')),
    time: time(member(event, 'timeUnixNano')),
    attributes: attributes(member(event, 'attributes')),
  }
}

function receivedLink(link: unknown): LinkData[] {
  const traceId = id(member(link, 'traceId'), 32)
  const spanId = id(member(link, 'spanId'), 16)
  if (traceId === undefined || spanId === undefined) return []
  return [{ context: { traceId, spanId }, attributes: attributes(member(link, 'attributes')) }]
}
