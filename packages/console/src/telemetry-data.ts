/** Seconds since 1970 and nanoseconds, as OpenTelemetry's SDK gives times. */
export type HrTime = readonly [seconds: number, nanoseconds: number]

/** Attributes as they arrive: whatever the sender put there. */
export type GivenAttributes = Readonly<Record<string, unknown>>

/** Where telemetry comes from. */
export interface ResourceData {
  readonly attributes: GivenAttributes
}

/** What made telemetry. */
export interface ScopeData {
  readonly name: string
  readonly version?: string | undefined
}

/** An event of a span. */
export interface EventData {
  readonly name: string
  readonly time: HrTime
  readonly attributes?: GivenAttributes | undefined
}

/** A link of a span. */
export interface LinkData {
  readonly context: { readonly traceId: string; readonly spanId: string }
  readonly attributes?: GivenAttributes | undefined
}

/** The part of OpenTelemetry's `ReadableSpan` that is read. What is received over OTLP takes this form too. */
export interface SpanData {
  readonly name: string
  /** OpenTelemetry's `SpanKind`: 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: number
  spanContext(): { readonly traceId: string; readonly spanId: string }
  readonly parentSpanContext?: { readonly spanId: string } | undefined
  readonly startTime: HrTime
  readonly endTime: HrTime
  /** `code` 2 is an error. */
  readonly status: { readonly code: number; readonly message?: string | undefined }
  readonly attributes: GivenAttributes
  readonly links: readonly LinkData[]
  readonly events: readonly EventData[]
  readonly resource: ResourceData
  readonly instrumentationScope: ScopeData
  readonly droppedAttributesCount: number
  readonly droppedEventsCount: number
  readonly droppedLinksCount: number
}

/** The part of OpenTelemetry's `ReadableLogRecord` that is read. */
export interface LogData {
  readonly hrTime: HrTime
  readonly hrTimeObserved: HrTime
  readonly spanContext?: { readonly traceId: string; readonly spanId: string } | undefined
  readonly severityText?: string | undefined
  readonly severityNumber?: number | undefined
  readonly body?: unknown
  readonly eventName?: string | undefined
  readonly resource: ResourceData
  readonly instrumentationScope: ScopeData
  readonly attributes: GivenAttributes
}

/** A histogram with explicit bounds: one count more than there are bounds. */
export interface HistogramValue {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] }
  readonly count: number
  readonly sum?: number | undefined
  readonly max?: number | undefined
}

/** A histogram with exponential buckets: bucket `i` ends at `2 ** ((offset + i + 1) / 2 ** scale)`. */
export interface ExponentialValue {
  readonly scale: number
  readonly zeroCount: number
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] }
  readonly count: number
  readonly sum?: number | undefined
  readonly max?: number | undefined
}

/** One point of a series of measurements. */
export interface PointData {
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly attributes: GivenAttributes
  readonly value: number | HistogramValue | ExponentialValue
}

/** The part of OpenTelemetry's `MetricData` that is read. */
export interface MetricData {
  readonly descriptor: { readonly name: string; readonly description: string; readonly unit: string }
  /** OpenTelemetry's `DataPointType`: 0 histogram, 1 exponential histogram, 2 gauge, 3 sum. */
  readonly dataPointType: number
  /** 0 delta, 1 cumulative. */
  readonly aggregationTemporality: number
  readonly isMonotonic?: boolean | undefined
  readonly dataPoints: readonly PointData[]
}

/** The metrics of one resource. */
export interface ResourceMetricsData {
  readonly resource: ResourceData
  readonly scopeMetrics: readonly { readonly metrics: readonly MetricData[] }[]
}

/** What collects the metrics of this process: the producer that the SDK gives to its readers. */
export interface ProducerData {
  collect(): Promise<{ readonly resourceMetrics: ResourceMetricsData }>
}
