import type { AttributeMap } from './api-traces.ts'

/** Parameters of the metrics. All are optional. */
export interface MetricsQuery {
  /** How far back, such as `5m`, up to what is retained. @default '15m' */
  readonly window?: string
  /** @default all services */
  readonly service?: string
}

/** The common time axis: value `i` of each series covers the `stepMs` that end at `start + (i + 1) * stepMs`. */
export interface TimeAxis {
  readonly start: string
  readonly stepMs: number
  readonly points: number
}

/** Values along a {@link TimeAxis}; `null` where nothing was measured. */
export interface RouteSeries {
  /** Requests a second. */
  readonly rate: readonly (number | null)[]
  /** Requests a second that failed: 5xx, or `error.type` without a status. */
  readonly errors: readonly (number | null)[]
  readonly p50Ms: readonly (number | null)[]
  readonly p95Ms: readonly (number | null)[]
  readonly p99Ms: readonly (number | null)[]
}

/** One route over the whole window. */
export interface RouteRow {
  readonly service: string
  readonly method: string
  /** Absent for what matched no route. */
  readonly route?: string
  readonly count: number
  readonly rate: number
  readonly errors: number
  /** 0 to 1. */
  readonly errorRatio: number
  readonly meanMs?: number
  readonly p50Ms?: number
  readonly p95Ms?: number
  readonly p99Ms?: number
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>
  readonly series: RouteSeries
}

/** Routes by their number of requests, and all of them together. From `http.server.request.duration`. */
export interface RouteMetrics {
  readonly axis: TimeAxis
  readonly total: Omit<RouteRow, 'service' | 'method' | 'route'>
  readonly routes: readonly RouteRow[]
}

/** One line of a chart. */
export interface ChartSeries {
  /** What tells it from the others: attributes, and the service where there are several. */
  readonly label: string
  readonly service: string
  readonly attributes: AttributeMap
  readonly values: readonly (number | null)[]
}

/** One instrument over time: a gauge as it was, a counter as its rate a second, a histogram as p50, p95 and p99. */
export interface Chart {
  readonly name: string
  readonly title: string
  /** Of the values: `By`, `s`, `1`, or a rate such as `{request}/s`. */
  readonly unit: string
  readonly shows: 'value' | 'rate' | 'percentiles'
  readonly axis: TimeAxis
  readonly series: readonly ChartSeries[]
  /** Series beyond the 20 that are shown. */
  readonly more: number
}

/** The runtime's charts: event loop, memory, garbage collection, CPU and requests in flight, as far as they are measured. */
export interface RuntimeMetrics {
  readonly charts: readonly Chart[]
}

/** An instrument that the console has heard of. */
export interface InstrumentSummary {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly kind: 'gauge' | 'counter' | 'histogram'
  readonly services: readonly string[]
  readonly series: number
}

/** All instruments, by name. */
export interface InstrumentList {
  readonly instruments: readonly InstrumentSummary[]
  /** Series that were refused because `retain.series` was reached. */
  readonly dropped: number
}
