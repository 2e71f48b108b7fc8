/** A value of an attribute as JSON: numbers beyond JSON's are strings, and bytes are base64. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

/** Attributes by name. A value longer than the console keeps ends in `…`. */
export type AttributeMap = Readonly<Record<string, AttributeValue>>

/** OpenTelemetry's kinds of spans. */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** One bar of the waterfall: everything but the attributes, so that ten thousand of them are a small answer. */
export interface SpanBar {
  readonly spanId: string
  /** Absent at a root. The parent may be unknown to the console: `missing` in {@link Trace}. */
  readonly parentId?: string
  readonly service: string
  readonly name: string
  readonly kind: SpanKindName
  /** From the beginning of the trace. */
  readonly offsetMs: number
  readonly durationMs: number
  readonly error: boolean
  /** HTTP status, where there is one. */
  readonly status?: number
  /** Where the span's events stand, from the beginning of the trace; `true` for an exception. */
  readonly events?: readonly (readonly [offsetMs: number, exception: boolean])[]
}

/** A trace: its spans by their beginning, parents before children that begin with them. */
export interface Trace {
  readonly traceId: string
  /** When its first span began. */
  readonly time: string
  /** From the first beginning to the last end. */
  readonly durationMs: number
  /** By their first span. */
  readonly services: readonly string[]
  readonly spans: readonly SpanBar[]
  /** Spans that came after `retain.spansPerTrace`, and were dropped. */
  readonly dropped: number
  /** Parents that spans name and the console does not know: still open, not sampled, or of a service that does not report here. */
  readonly missing: readonly string[]
  readonly logs: number
}

/** Something that happened in a span. */
export interface SpanEvent {
  readonly name: string
  /** From the beginning of the trace. */
  readonly offsetMs: number
  readonly attributes: AttributeMap
  /** For `exception`: its parts, apart from the attributes. */
  readonly exception?: { readonly type?: string; readonly message?: string; readonly stack?: string }
}

/** Everything about one span. */
export interface SpanDetail extends SpanBar {
  readonly traceId: string
  readonly time: string
  readonly attributes: AttributeMap
  readonly details: readonly SpanEvent[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: AttributeMap }[]
  /** What the error says, where it says something. */
  readonly statusMessage?: string
  readonly scope: { readonly name: string; readonly version?: string }
  readonly resource: AttributeMap
  /** Attributes, events and links that were dropped before the console got the span. */
  readonly lost: number
}
