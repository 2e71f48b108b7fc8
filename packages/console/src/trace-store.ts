import { boundSpan } from './bound-span.ts'
import { Ring } from './ring.ts'
import type { SpanData } from './telemetry-data.ts'

/** A trace, as far as its spans have arrived. */
export interface HeldTrace {
  readonly traceId: string
  /** Empty once the trace has been pushed out. */
  readonly spans: SpanData[]
  /** When its first span arrived, in milliseconds since 1970. */
  readonly since: number
  bytes: number
  /** Spans that found no room. */
  dropped: number
}

/** A span with which a request, a message or a job began, and its trace. */
export interface Entry {
  /** Grows with each. */
  readonly seq: number
  readonly span: SpanData
  readonly trace: HeldTrace
}

/** Where an {@link Entry} is: it must not keep the span of a trace that is gone. */
interface Place {
  readonly seq: number
  readonly trace: HeldTrace
  readonly index: number
}

/** How much a {@link TraceStore} holds at most. */
export interface TraceLimits {
  readonly traces: number
  readonly spansPerTrace: number
  readonly bytes: number
}

/** What a trace weighs without its spans. */
const emptyTrace = 400

/** The most requests that are listed: several may belong to one trace. */
const entriesPerTrace = 8

/** The newest traces, bounded in number and in bytes. Spans are kept as they were given, and read when somebody asks. */
export class TraceStore {
  readonly #limits: TraceLimits
  readonly #now: () => number
  readonly #byId = new Map<string, HeldTrace>()
  readonly #order: Ring<HeldTrace>
  readonly #entries: Ring<Place>
  #bytes = 0
  #spans = 0
  #seq = 0

  constructor(limits: TraceLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#order = new Ring(limits.traces)
    this.#entries = new Ring(limits.traces * entriesPerTrace)
  }

  /** What is held now. */
  get held(): { readonly traces: number; readonly spans: number; readonly bytes: number } {
    return { traces: this.#order.length, spans: this.#spans, bytes: this.#bytes }
  }

  /** The `seq` of the newest entry; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** Keeps a span, and whether it did. */
  add(span: SpanData): boolean {
    if (isHealthCheck(span)) return true
    const { traceId } = span.spanContext()
    const trace = this.#byId.get(traceId) ?? this.#open(traceId)
    const { kept, bytes } = boundSpan(span)
    // One endless trace must not push out all the others, and itself.
    if (trace.spans.length >= this.#limits.spansPerTrace || trace.bytes + bytes > this.#limits.bytes / 2) {
      trace.dropped++
      return false
    }
    trace.spans.push(kept)
    trace.bytes += bytes
    this.#bytes += bytes
    this.#spans++
    if (isEntry(kept)) this.#entries.push({ seq: ++this.#seq, trace, index: trace.spans.length - 1 })
    while (this.#bytes > this.#limits.bytes) this.#forget(this.#order.shift())
    return true
  }

  /** One trace, if it is held. */
  find(traceId: string): HeldTrace | undefined {
    return this.#byId.get(traceId)
  }

  /** All traces, the oldest first. */
  traces(): Iterable<HeldTrace> {
    return this.#order
  }

  /** The entries that are held, the newest first. */
  *entries(): Generator<Entry> {
    for (const { seq, trace, index } of this.#entries.newest()) {
      const span = trace.spans[index]
      if (span !== undefined) yield { seq, span, trace }
    }
  }

  /** Forgets all. The numbers go on. */
  clear(): void {
    this.#byId.clear()
    this.#order.clear()
    this.#entries.clear()
    this.#bytes = 0
    this.#spans = 0
  }

  #open(traceId: string): HeldTrace {
    const trace: HeldTrace = { traceId, spans: [], since: this.#now(), bytes: emptyTrace, dropped: 0 }
    this.#byId.set(traceId, trace)
    this.#bytes += emptyTrace
    this.#forget(this.#order.push(trace))
    return trace
  }

  #forget(trace: HeldTrace | undefined): void {
    if (trace === undefined) return
    this.#byId.delete(trace.traceId)
    this.#bytes -= trace.bytes
    this.#spans -= trace.spans.length
    trace.spans.length = 0
  }
}

const server = 1
const client = 2
const consumer = 4

function isEntry({ kind, parentSpanContext }: SpanData): boolean {
  if (kind === server || kind === consumer) return true
  return parentSpanContext === undefined && kind !== client
}

/** The checks of health are called for probes, which are no requests: they are shown as health. */
function isHealthCheck({ kind, parentSpanContext, name }: SpanData): boolean {
  return kind === client && parentSpanContext === undefined && name.startsWith('health.check ')
}
