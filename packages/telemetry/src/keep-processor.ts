import { TraceFlags } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import type { KeepPolicy } from './keep-policy.ts'
import { RecentTraces } from './recent-traces.ts'

/** One trace that loops must not push out all the others. */
const MAX_SPANS_PER_TRACE = 500

/** A trace of which a local root is still open. */
interface Pending {
  openRoots: number
  kept: boolean
  readonly spans: ReadableSpan[]
}

/**
 * Holds the spans that the sampler dropped until their local root ends, and passes them on as if they were sampled
 * when it ends badly. A local root is a span that has no parent, or one in another process. What ends after the
 * decision follows it.
 */
export class KeepProcessor implements SpanProcessor {
  readonly #policy: KeepPolicy
  readonly #exporting: readonly SpanProcessor[]
  readonly #pending = new Map<string, Pending>()
  readonly #keptLately = new RecentTraces()
  /** Spans that wait, and one for each pending trace, so that roots which never end are bounded too. */
  #held = 0

  constructor(policy: KeepPolicy, exporting: readonly SpanProcessor[]) {
    this.#policy = policy
    this.#exporting = exporting
  }

  onStart(span: ReadableSpan): void {
    const { traceId, traceFlags } = span.spanContext()
    if ((traceFlags & TraceFlags.SAMPLED) === 0 && isLocalRoot(span)) this.#open(traceId)
  }

  onEnd(span: ReadableSpan): void {
    const { traceId, traceFlags } = span.spanContext()
    if ((traceFlags & TraceFlags.SAMPLED) !== 0) return
    const trace = this.#pending.get(traceId)
    if (isLocalRoot(span)) this.#endRoot(traceId, trace, span)
    else if (trace && !trace.kept) this.#hold(trace, span)
    else if (trace || this.#keptLately.has(traceId)) this.#pass(span)
  }

  forceFlush(): Promise<void> {
    return Promise.resolve()
  }

  shutdown(): Promise<void> {
    this.#pending.clear()
    this.#held = 0
    return Promise.resolve()
  }

  #open(traceId: string): void {
    const known = this.#pending.get(traceId)
    if (known) {
      known.openRoots += 1
      return
    }
    this.#pending.set(traceId, { openRoots: 1, kept: this.#keptLately.has(traceId), spans: [] })
    this.#take(1)
  }

  #endRoot(traceId: string, trace: Pending | undefined, root: ReadableSpan): void {
    const bad = this.#policy.isBad(root)
    if (trace === undefined) {
      // The trace was pushed out: its root is left, and still decides for itself and for what ends later.
      if (bad) this.#keptLately.add(traceId)
      if (this.#keptLately.has(traceId)) this.#pass(root)
      return
    }
    if (bad) this.#release(trace)
    trace.openRoots -= 1
    if (trace.kept) this.#pass(root)
    else if (trace.openRoots > 0) this.#hold(trace, root)
    if (trace.openRoots === 0) this.#forget(traceId, trace)
  }

  #release(trace: Pending): void {
    trace.kept = true
    this.#held -= trace.spans.length
    for (const span of trace.spans.splice(0)) this.#pass(span)
  }

  #hold(trace: Pending, span: ReadableSpan): void {
    if (trace.spans.length >= MAX_SPANS_PER_TRACE) return
    trace.spans.push(span)
    this.#take(1)
  }

  #take(count: number): void {
    this.#held += count
    if (this.#held <= this.#policy.maxSpans) return
    for (const [traceId, oldest] of this.#pending) {
      this.#forget(traceId, oldest)
      if (this.#held <= this.#policy.maxSpans) return
    }
  }

  #forget(traceId: string, trace: Pending): void {
    this.#pending.delete(traceId)
    this.#held -= 1 + trace.spans.length
    if (trace.kept) this.#keptLately.add(traceId)
  }

  #pass(span: ReadableSpan): void {
    const sampled = asSampled(span)
    for (const processor of this.#exporting) processor.onEnd(sampled)
  }
}

function isLocalRoot({ parentSpanContext }: ReadableSpan): boolean {
  return parentSpanContext === undefined || parentSpanContext.isRemote === true
}

/** The same span with the sampled flag, without which processors and collectors drop it. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const context = span.spanContext()
  const sampled = { ...context, traceFlags: context.traceFlags | TraceFlags.SAMPLED }
  return Object.create(span, { spanContext: { value: () => sampled } })
}
