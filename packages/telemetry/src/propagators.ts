import type { TextMapPropagator } from '@opentelemetry/api'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { environmentList } from './environment.ts'
import type { Reporter } from './reporter.ts'

/** A propagator by its name in `OTEL_PROPAGATORS`; `none` means no propagation at all. */
export type PropagatorName = 'tracecontext' | 'baggage' | 'b3' | 'b3multi' | 'none'

/**
 * The propagator of the options, else of `OTEL_PROPAGATORS`, else W3C trace context and baggage. A name that is not
 * supported is reported and left out.
 */
export async function choosePropagator(
  chosen: readonly (PropagatorName | TextMapPropagator)[] | undefined,
  reporter: Reporter,
): Promise<TextMapPropagator> {
  const wanted: readonly (string | TextMapPropagator)[] = chosen ??
    environmentList('OTEL_PROPAGATORS') ?? ['tracecontext', 'baggage']
  if (wanted.includes('none')) return new CompositePropagator()
  const propagators: TextMapPropagator[] = []
  for (const item of new Set(wanted)) {
    const propagator = typeof item === 'string' ? await propagatorByName(item) : item
    if (propagator) propagators.push(propagator)
    else reporter.report('warn', `The propagator "${String(item)}" is not supported and is left out.`)
  }
  return new CompositePropagator({ propagators })
}

async function propagatorByName(name: string): Promise<TextMapPropagator | undefined> {
  if (name === 'tracecontext') return new W3CTraceContextPropagator()
  if (name === 'baggage') return new W3CBaggagePropagator()
  if (name !== 'b3' && name !== 'b3multi') return undefined
  const { B3InjectEncoding, B3Propagator } = await import('@opentelemetry/propagator-b3')
  return new B3Propagator({
    injectEncoding: name === 'b3' ? B3InjectEncoding.SINGLE_HEADER : B3InjectEncoding.MULTI_HEADER,
  })
}
