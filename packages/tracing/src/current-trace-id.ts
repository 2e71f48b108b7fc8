import { isSpanContextValid, trace } from '@opentelemetry/api'

/** The id of the trace that the running code belongs to, in 32 hexadecimal digits; `undefined` outside a trace. */
export function currentTraceId(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext()
  return active && isSpanContextValid(active) ? active.traceId : undefined
}
