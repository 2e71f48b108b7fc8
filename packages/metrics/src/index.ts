export { counter, type DeclaredCounter } from './counter.ts'
export type { AttributeScalar, DeclaredAttributes, InstrumentOptions } from './declared-instrument.ts'
export { gauge, type DeclaredGauge } from './gauge.ts'
export { histogram, type DeclaredHistogram, type HistogramOptions } from './histogram.ts'
export { measuredFetch, type MeasuredFetchOptions } from './measured-fetch.ts'
export type { CollectionResult } from './metric-data.ts'
export { metrics, type MetricsOptions } from './metrics.ts'
export { MetricsError, type MetricsErrorCode } from './metrics-error.ts'
export { prometheus, type Prometheus, type PrometheusOptions } from './prometheus.ts'
export {
  createPrometheusReader,
  type MetricProducer,
  type Page,
  type PrometheusReader,
  type PrometheusReaderOptions,
  type ScrapeOptions,
} from './prometheus-reader.ts'
export { runtimeMetrics, type RuntimeMetricsOptions } from './runtime-metrics.ts'
