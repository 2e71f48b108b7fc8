import type { Attributes, HrTime, ValueType } from '@opentelemetry/api'

/** What an SDK collects, as its readers receive it: the shape that SDK 2 and 3 share. */
export interface CollectionResult {
  resourceMetrics: ResourceMetrics
  errors: unknown[]
}

/** All metrics of one provider. */
export interface ResourceMetrics {
  resource: Resource
  scopeMetrics: ScopeMetrics[]
}

/** The entity that the metrics are about. */
export interface Resource {
  readonly asyncAttributesPending?: boolean
  readonly attributes: Attributes
  readonly schemaUrl?: string
  waitForAsyncAttributes?(): Promise<void>
  merge(other: Resource | null): Resource
  getRawAttributes(): [string, Attributes[string] | Promise<Attributes[string]>][]
}

/** The metrics of one meter. */
export interface ScopeMetrics {
  scope: { readonly name: string; readonly version?: string; readonly schemaUrl?: string }
  metrics: MetricData[]
}

/** One metric with its points. */
export type MetricData = SumData | GaugeData | HistogramData | ExponentialHistogramData

/** What an instrument was made with. */
export interface MetricDescriptor {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly valueType: ValueType
}

interface BaseData {
  readonly descriptor: MetricDescriptor
  /** 0 is delta, 1 is cumulative. */
  readonly aggregationTemporality: 0 | 1
}

/** Explicit buckets. */
export interface HistogramData extends BaseData {
  readonly dataPointType: 0
  readonly dataPoints: DataPoint<HistogramValue>[]
}

/** Buckets whose boundaries are powers of a base. */
export interface ExponentialHistogramData extends BaseData {
  readonly dataPointType: 1
  readonly dataPoints: DataPoint<ExponentialHistogramValue>[]
}

/** Last values. */
export interface GaugeData extends BaseData {
  readonly dataPointType: 2
  readonly dataPoints: DataPoint<number>[]
}

/** Sums. */
export interface SumData extends BaseData {
  readonly dataPointType: 3
  readonly isMonotonic: boolean
  readonly dataPoints: DataPoint<number>[]
}

/** The value of one attribute set. */
export interface DataPoint<T> {
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly attributes: Attributes
  readonly value: T
}

/** The value of a {@link HistogramData} point. */
export interface HistogramValue {
  buckets: { boundaries: number[]; counts: number[] }
  sum?: number
  count: number
  min?: number
  max?: number
}

/** The value of an {@link ExponentialHistogramData} point. */
export interface ExponentialHistogramValue {
  count: number
  sum?: number
  scale: number
  zeroCount: number
  positive: { offset: number; bucketCounts: number[] }
  negative: { offset: number; bucketCounts: number[] }
  min?: number
  max?: number
}
