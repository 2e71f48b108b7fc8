import { propagation, trace, TraceFlags } from '@opentelemetry/api'
import type { Context, Span, SpanContext, TextMapGetter } from '@opentelemetry/api'
import type { Exchange } from '@seaworthy/middleware'

/** Whether the trace that a request claims to belong to is continued. */
export type TrustRemote = boolean | ((x: Exchange) => boolean)

/** Where a request's span starts. */
export interface Parent {
  readonly context: Context
  /** The caller's span, when it is not trusted as a parent. */
  readonly link?: SpanContext
}

const headers: TextMapGetter<Exchange> = {
  get: (x, name) => x.header(name),
  keys: (x) => [...x.request.headers.keys()],
}

/**
 * The context to start in: the caller's as the configured propagator reads it, if there is one and it is trusted, else
 * what is active.
 *
 * @param current - The active span.
 */
export function parentContext(x: Exchange, active: Context, current: Span | undefined, trust: TrustRemote): Parent {
  const base = current && hasEnded(current) ? trace.deleteSpan(active) : active
  const extracted = propagation.extract(base, x, headers)
  if (extracted === base) return { context: base }
  const local = trace.getSpanContext(base)
  const remote = trace.getSpanContext(extracted)
  // A span of the caller's trace is already open here: it stands between the caller and this request.
  if (local !== undefined && local !== remote && local.traceId === remote?.traceId) return { context: base }
  if (typeof trust === 'function' ? trust(x) : trust) return { context: extracted }
  return remote === undefined || remote === local ? { context: base } : { context: base, link: remote }
}

/**
 * A span that was recorded and no longer is has ended: a server that was started inside a span would otherwise make all
 * its requests children of that span.
 */
function hasEnded(span: Span): boolean {
  const { traceFlags, isRemote } = span.spanContext()
  return !span.isRecording() && isRemote !== true && (traceFlags & TraceFlags.SAMPLED) !== 0
}
