import { context, diag, DiagLogLevel, metrics, trace, type Attributes } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics'
import { TracerProvider, type Sampler } from '@opentelemetry/sdk-trace'
import { createPrometheusReader, type PrometheusReader } from './prometheus-reader.ts'
import type { HistogramValue, MetricData } from './metric-data.ts'

/** One series, as the SDK has it. */
export interface Point<Value> {
  readonly attributes: Attributes
  readonly value: Value
}

/** A running metrics SDK. */
export interface Sdk {
  readonly reader: PrometheusReader
  /** A metric as it is now; throws when it has not been recorded. */
  metric(name: string): Promise<MetricData>
  /** The names of all metrics. */
  names(): Promise<string[]>
  /** The series of a counter or gauge. */
  numbers(name: string): Promise<Point<number>[]>
  /** The series of a histogram; empty when it has not been recorded. */
  histograms(name: string): Promise<Point<HistogramValue>[]>
  stop(): void
}

/** Starts the metrics SDK as an application does. */
export function startSdk(views: ViewOptions[] = [], limit = 20_000): Sdk {
  const reader = createPrometheusReader({ limit })
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader], views }))
  async function all(): Promise<MetricData[]> {
    const { resourceMetrics, errors } = await reader.collect()
    if (errors.length > 0) throw new AggregateError(errors)
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  }
  async function find(name: string): Promise<MetricData | undefined> {
    return (await all()).find(({ descriptor }) => descriptor.name === name)
  }
  return {
    reader,
    async metric(name) {
      const found = await find(name)
      if (found === undefined) throw new Error(`${name} has not been recorded`)
      return found
    },
    async names() {
      return (await all()).map(({ descriptor }) => descriptor.name)
    },
    async numbers(name) {
      const data = await find(name)
      return data?.dataPointType === 2 || data?.dataPointType === 3 ? data.dataPoints : []
    },
    async histograms(name) {
      const data = await find(name)
      return data?.dataPointType === 0 ? data.dataPoints : []
    },
    stop: () => metrics.disable(),
  }
}

/** Starts tracing as well, so that there are spans to be exemplars. */
export function startTracing(sampler?: Sampler): () => void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  trace.setGlobalTracerProvider(new TracerProvider(sampler === undefined ? {} : { sampler }))
  return () => {
    trace.disable()
    context.disable()
  }
}

/** What OpenTelemetry's own diagnostics say from now on, at `warn` and above. */
export function listenToWarnings(): { readonly messages: string[]; stop(): void } {
  const messages: string[] = []
  const keep = (...parts: unknown[]): void => void messages.push(parts.map(String).join(' '))
  const logger = { error: keep, warn: keep, info: keep, debug: keep, verbose: keep }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  return { messages, stop: () => diag.disable() }
}
