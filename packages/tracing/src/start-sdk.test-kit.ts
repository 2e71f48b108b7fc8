import { context, propagation, trace, type Attributes } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { TracerProvider, type ReadableSpan, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace'

/** What a span knew when it started. */
export interface Started {
  readonly name: string
  readonly attributes: Attributes
}

/** A running OpenTelemetry SDK that keeps every span. */
export interface Sdk {
  readonly started: Started[]
  readonly ended: ReadableSpan[]
  /** The only span that has ended since the last `clear()`. */
  only(): ReadableSpan
  /** The span of a name. */
  named(name: string): ReadableSpan
  clear(): void
  stop(): void
}

/** What {@link startSdk} starts with. */
export interface SdkOptions {
  readonly sampler?: Sampler
  readonly processor?: SpanProcessor
}

/** Starts the SDK as an application does without its Node package: provider, context manager and W3C propagators. */
export function startSdk({ sampler, processor }: SdkOptions = {}): Sdk {
  const started: Started[] = []
  const ended: ReadableSpan[] = []
  const keep: SpanProcessor = {
    onStart: (span) => void started.push({ name: span.name, attributes: { ...span.attributes } }),
    onEnd: (span) => void ended.push(span),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
  const spanProcessors = processor ? [processor, keep] : [keep]
  trace.setGlobalTracerProvider(new TracerProvider(sampler ? { sampler, spanProcessors } : { spanProcessors }))
  startPropagation()
  return {
    started,
    ended,
    only() {
      const [span, ...rest] = ended
      if (!span || rest.length > 0)
        throw new Error(`one span expected, got ${ended.map(({ name }) => name).join(', ')}`)
      return span
    },
    named(name) {
      const span = ended.find((candidate) => candidate.name === name)
      if (!span) throw new Error(`no span ${name} among ${ended.map((each) => each.name).join(', ')}`)
      return span
    },
    clear() {
      started.length = 0
      ended.length = 0
    },
    stop: stopSdk,
  }
}

/** The context manager and the propagators alone, as `OTEL_SDK_DISABLED` leaves them. */
export function startPropagation(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  )
}

/** Takes everything away again that {@link startSdk} and {@link startPropagation} have set. */
export function stopSdk(): void {
  trace.disable()
  context.disable()
  propagation.disable()
}
