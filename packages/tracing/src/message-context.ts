import { context, propagation, SpanKind, type Span, type SpanOptions } from '@opentelemetry/api'
import { spanIn } from './span.ts'

/**
 * Writes the active trace context and baggage into a message, by the configured propagator: `traceparent`, `tracestate`
 * and `baggage` where it is W3C's.
 *
 * @param carrier - An object that travels with the message. It is changed.
 */
export function inject(carrier: Record<string, string>): void {
  propagation.inject(context.active(), carrier)
}

/**
 * Runs a function in a span that continues the trace of a message, with the message's baggage. A message without a valid
 * trace context continues what is active.
 *
 * @param carrier - What {@link inject} wrote on the other side.
 * @param options - The kind of the span is CONSUMER unless it is given here.
 * @returns What the function returns; see {@link span} for how the span ends.
 */
export function continueTrace<T>(
  carrier: Readonly<Record<string, string>>,
  name: string,
  fn: (span: Span) => T,
  options: SpanOptions = {},
): T {
  const parent = propagation.extract(context.active(), carrier)
  return spanIn(parent, name, fn, { kind: SpanKind.CONSUMER, ...options })
}
