import { isSpanContextValid, trace } from '@opentelemetry/api'

/** The id of the trace that is active here and now. */
export function traceIdOfActiveSpan(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext()
  return context !== undefined && isSpanContextValid(context) ? context.traceId : undefined
}
