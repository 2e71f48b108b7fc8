import { setTimeout } from 'node:timers/promises'
import { diag } from '@opentelemetry/api'
import { parseDuration, type Duration } from '@seaworthy/middleware'
import { exposition } from './exposition.ts'
import type { CollectionResult } from './metric-data.ts'
import { MetricsError } from './metrics-error.ts'
import { acceptsGzip, negotiateType, textType } from './negotiate.ts'
import { gzipSlices, joinSlices } from './slices.ts'
import { defaultLimit, checkLimit } from './limit.ts'

/** How a {@link PrometheusReader} collects and writes. */
export interface PrometheusReaderOptions {
  /** Whether each series names its meter, by `otel_scope_name` and `otel_scope_version`. @default true */
  readonly scopeLabels?: boolean
  /** How many attribute sets the SDK keeps for each instrument of this reader. @default 2000 */
  readonly limit?: number
  /** How long asynchronous instruments and resource detectors may take; what is late is left out. @default '5s' */
  readonly timeout?: Duration
}

/** What a client said that it takes. */
export interface ScrapeOptions {
  /** The `Accept` header. @default the text format */
  readonly accept?: string | null | undefined
  /** The `Accept-Encoding` header. @default uncompressed */
  readonly acceptEncoding?: string | null | undefined
}

/** A page for Prometheus. */
export interface Page {
  readonly contentType: string
  readonly contentEncoding: 'gzip' | undefined
  readonly body: Uint8Array<ArrayBuffer>
}

/** Where a reader gets its data: an SDK hands it over. */
export interface MetricProducer {
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult>
}

/** A metric reader for `@opentelemetry/sdk-metrics` 2 and 3, which writes what it reads for Prometheus. */
export interface PrometheusReader {
  /**
   * Called by the SDK.
   *
   * @throws {MetricsError} `ERR_METRICS_READER_BOUND` when another provider has called it before.
   */
  setMetricProducer(producer: MetricProducer): void
  /** The default aggregation of each instrument. */
  selectAggregation(): { readonly type: 0 }
  /** Cumulative: Prometheus reads nothing else. */
  selectAggregationTemporality(): 1
  /** The limit of the options. */
  selectCardinalityLimit(): number
  /**
   * All metrics of the provider.
   *
   * @throws {MetricsError} `ERR_METRICS_READER_UNBOUND` before a provider has the reader, and
   *   `ERR_METRICS_READER_SHUT_DOWN` after it was shut down.
   */
  collect(options?: { timeoutMillis?: number }): Promise<CollectionResult>
  /** Nothing is pending in a reader that is asked. */
  forceFlush(): Promise<void>
  /** Ends the reader: a scrape fails afterwards. */
  shutdown(): Promise<void>
  /**
   * A page with all metrics. Scrapes at the same time that want the same page share one.
   *
   * @throws {MetricsError} As {@link PrometheusReader.collect}.
   */
  scrape(options?: ScrapeOptions): Promise<Page>
}

/**
 * A metric reader that writes the text format of Prometheus and OpenMetrics: hand it to a `MeterProvider`.
 *
 * @throws {MetricsError} `ERR_METRICS_LIMIT` when the limit is not a positive integer.
 */
export function createPrometheusReader(options: PrometheusReaderOptions = {}): PrometheusReader {
  const limit = checkLimit(options.limit ?? defaultLimit)
  const timeoutMillis = parseDuration(options.timeout ?? '5s')
  const warnings = new Set<string>()
  const families = { scopeLabels: options.scopeLabels ?? true, warn }
  const running = new Map<string, Promise<Page>>()
  let producer: MetricProducer | undefined
  let ended = false

  function warn(message: string): void {
    if (warnings.has(message) || warnings.size > 1000) return
    warnings.add(message)
    diag.warn(`@seaworthy/metrics: ${message}`)
  }

  async function collect(how?: { timeoutMillis?: number }): Promise<CollectionResult> {
    if (ended) throw new MetricsError('ERR_METRICS_READER_SHUT_DOWN', 'The Prometheus reader was shut down.')
    if (producer === undefined) {
      throw new MetricsError(
        'ERR_METRICS_READER_UNBOUND',
        'No MeterProvider has the Prometheus reader: make it with `new MeterProvider({ readers: [prometheus.reader] })`.',
      )
    }
    return producer.collect(how)
  }

  async function write(contentType: string, contentEncoding: 'gzip' | undefined): Promise<Page> {
    const { resourceMetrics, errors } = await collect({ timeoutMillis })
    for (const error of errors) diag.error('@seaworthy/metrics: an instrument could not be observed', error)
    const { resource } = resourceMetrics
    if (resource.asyncAttributesPending === true) {
      await Promise.race([resource.waitForAsyncAttributes?.(), setTimeout(timeoutMillis, undefined, { ref: false })])
    }
    const format = contentType === textType ? 'text' : 'openmetrics'
    const pieces = exposition(resourceMetrics, format, families)
    const body = contentEncoding === 'gzip' ? await gzipSlices(pieces) : await joinSlices(pieces)
    return { contentType, contentEncoding, body }
  }

  return {
    setMetricProducer(given) {
      if (producer !== undefined) {
        throw new MetricsError(
          'ERR_METRICS_READER_BOUND',
          'A Prometheus reader belongs to one MeterProvider: make another one.',
        )
      }
      producer = given
    },
    selectAggregation: () => ({ type: 0 }),
    selectAggregationTemporality: () => 1,
    selectCardinalityLimit: () => limit,
    collect,
    forceFlush: () => Promise.resolve(),
    async shutdown() {
      ended = true
    },
    scrape({ accept, acceptEncoding } = {}) {
      const contentType = negotiateType(accept)
      const contentEncoding = acceptsGzip(acceptEncoding) ? 'gzip' : undefined
      const wanted = `${contentType} ${contentEncoding}`
      const page = running.get(wanted) ?? write(contentType, contentEncoding).finally(() => running.delete(wanted))
      running.set(wanted, page)
      return page
    },
  }
}
