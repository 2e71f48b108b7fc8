import type { EventData, GivenAttributes, LinkData, SpanData } from './telemetry-data.ts'
import { weighResource } from './weigh-resource.ts'
import { Scale, Scissors } from './weigh.ts'

/** Something to keep, and what it weighs in bytes. */
export interface Weighed<T> {
  readonly kept: T
  readonly bytes: number
}

/** The most events, and the most links, that are kept of one span. */
const mostParts = 128

/** What a span of the SDK weighs with its contexts and its place in the console, without what is in it. */
const emptySpan = 900

/** A span as it was given, or, where something in it is too big, a copy that is not. */
export function boundSpan(span: SpanData): Weighed<SpanData> {
  const scale = weighSpan(span)
  const base = emptySpan + weighResource(span.resource)
  const tooMany = span.events.length > mostParts || span.links.length > mostParts
  if (!scale.oversize && !tooMany) return { kept: span, bytes: base + scale.bytes }
  const kept = smallerSpan(span)
  return { kept, bytes: base + weighSpan(kept).bytes }
}

function weighSpan(span: SpanData): Scale {
  const scale = new Scale()
  scale.text(span.name)
  scale.attributes(span.attributes)
  if (span.status.message !== undefined) scale.text(span.status.message)
  for (const { name, attributes } of span.events) {
    scale.bytes += 64
    scale.text(name)
    if (attributes) scale.attributes(attributes)
  }
  for (const { attributes } of span.links) {
    scale.bytes += 128
    if (attributes) scale.attributes(attributes)
  }
  return scale
}

function smallerSpan(span: SpanData): SpanData {
  const scissors = new Scissors()
  const { traceId, spanId } = span.spanContext()
  const { code, message } = span.status
  const events = span.events.slice(0, mostParts)
  const links = span.links.slice(0, mostParts)
  return {
    name: scissors.text(span.name),
    kind: span.kind,
    spanContext: () => ({ traceId, spanId }),
    parentSpanContext: span.parentSpanContext && { spanId: span.parentSpanContext.spanId },
    startTime: span.startTime,
    endTime: span.endTime,
    status: { code, message: message === undefined ? undefined : scissors.text(message) },
    attributes: scissors.attributes(span.attributes),
    events: events.map((event) => smallerEvent(event, scissors)),
    links: links.map((link) => smallerLink(link, scissors)),
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount + span.events.length - events.length,
    droppedLinksCount: span.droppedLinksCount + span.links.length - links.length,
  }
}

function smallerEvent({ name, time, attributes }: EventData, scissors: Scissors): EventData {
  return { name: scissors.text(name), time, attributes: cutSome(attributes, scissors) }
}

function smallerLink({ context, attributes }: LinkData, scissors: Scissors): LinkData {
  const { traceId, spanId } = context
  return { context: { traceId, spanId }, attributes: cutSome(attributes, scissors) }
}

function cutSome(attributes: GivenAttributes | undefined, scissors: Scissors): GivenAttributes | undefined {
  return attributes && scissors.attributes(attributes)
}
