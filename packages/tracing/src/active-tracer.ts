import { ProxyTracerProvider, trace, type Tracer, type TracerProvider } from '@opentelemetry/api'
import { version } from './version.ts'

/** The name of the instrumentation scope of every span and record of this package. */
export const scopeName: string = '@seaworthy/tracing'

/** What a proxy delegates to as long as no SDK has started. */
const nothing: TracerProvider = new ProxyTracerProvider().getDelegate()

let provider: TracerProvider | undefined
let tracer: Tracer | undefined

/**
 * The tracer of the SDK that runs now, or `undefined` when none does.
 *
 * Asked anew each time, so that an SDK started late is found; without one it costs two property reads.
 */
export function activeTracer(): Tracer | undefined {
  const current = trace.getTracerProvider()
  if (current instanceof ProxyTracerProvider && current.getDelegate() === nothing) return undefined
  if (current !== provider || !tracer) {
    provider = current
    tracer = current.getTracer(scopeName, version)
  }
  return tracer
}
