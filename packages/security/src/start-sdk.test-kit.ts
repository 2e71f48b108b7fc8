import { context, metrics, trace, type Attributes, type Span } from '@opentelemetry/api'
import type { Exchange } from '@seaworthy/middleware'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace'

/** Starts a meter provider whose points can be read by the name of their instrument, sorted by attributes. */
export function startMetrics(): {
  read(name: string): Promise<{ value: unknown; attributes: Attributes }[]>
  stop(): Promise<void>
} {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  return {
    async read(name) {
      await provider.forceFlush()
      const points = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap((scope) => scope.metrics)
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints.map(({ value, attributes }) => ({ value, attributes })))
      return points.toSorted((a, b) => (JSON.stringify(a.attributes) < JSON.stringify(b.attributes) ? -1 : 1))
    },
    async stop() {
      await provider.shutdown()
      metrics.disable()
    },
  }
}

/** Starts a tracer provider, with a scope that puts each request into a span. */
export function startTraces(): {
  spans(): readonly ReadableSpan[]
  inSpan<T>(x: Exchange, run: () => T): T
  stop(): Promise<void>
} {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  trace.setGlobalTracerProvider(provider)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const active = new WeakMap<Exchange, Span>()
  const all: Span[] = []
  return {
    spans() {
      for (const span of all.splice(0)) span.end()
      return exporter.getFinishedSpans()
    },
    inSpan(x, run) {
      let span = active.get(x)
      if (!span) {
        span = trace.getTracer('test').startSpan('request')
        active.set(x, span)
        all.push(span)
      }
      return context.with(trace.setSpan(context.active(), span), run)
    },
    async stop() {
      await provider.shutdown()
      trace.disable()
      context.disable()
    },
  }
}
