import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { MeterProvider, type IMetricReader } from '@opentelemetry/sdk-metrics'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace'

/** Exports to nowhere: what is measured is what a request pays. */
export const nowhere = {
  export: (_items: unknown, done: (result: { code: number }) => void): void => done({ code: 0 }),
  forceFlush: async (): Promise<void> => undefined,
  shutdown: async (): Promise<void> => undefined,
}

/** The tracing that ours and the peers share. */
export function startTracing(sampled: boolean): void {
  const root: Sampler = sampled ? new AlwaysOnSampler() : new AlwaysOffSampler()
  const processor: SpanProcessor = new BatchSpanProcessor({ exporter: nowhere })
  const provider = new TracerProvider({ sampler: new ParentBasedSampler({ root }), spanProcessors: [processor] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
}

/** A meter provider with one reader. */
export function startMetrics(reader: IMetricReader): void {
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
}
