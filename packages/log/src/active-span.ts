import { isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api'

let last: SpanContext | undefined
let isLastValid = false

/** The context of the active span, when it is valid. Lines of one span mostly follow each other: it is checked once. */
export function activeSpan(): SpanContext | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  if (span !== last) {
    last = span
    isLastValid = span !== undefined && isSpanContextValid(span)
  }
  return isLastValid ? span : undefined
}
