import { MetricCollector, type TelemetryStore } from './telemetry-store.ts'
import type { LogData, ProducerData, ResourceData, SpanData } from './telemetry-data.ts'

/** Milliseconds between two looks at this process's metrics, and how old they may be when somebody looks at them. */
const pace = 5_000
const freshness = 500

/** This process's telemetry, as `startTelemetry({ tap })` hands it over. */
export class OwnTelemetry {
  readonly #store: TelemetryStore
  /** The resource of this process, once its telemetry has named it. */
  resource: ResourceData | undefined
  spans = false
  logs = false
  #collector: MetricCollector | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #collected = -Infinity

  constructor(store: TelemetryStore) {
    this.#store = store
  }

  /** Whether metrics can be collected. */
  get metrics(): boolean {
    return this.#collector !== undefined
  }

  /** Keeps a span that ended. */
  readonly onSpanEnd: (span: SpanData) => void = (span) => {
    this.spans = true
    this.resource = span.resource
    this.#store.traces.add(span)
  }

  /** Keeps a log record. */
  readonly onLog: (record: LogData) => void = (record) => {
    this.logs = true
    this.resource ??= record.resource
    this.#store.logs.add(record)
  }

  /** Begins to collect metrics. */
  readonly setMetricProducer: (producer: ProducerData) => void = (producer) => {
    this.#collector = new MetricCollector(this.#store, producer)
    this.#collected = -Infinity
    clearInterval(this.#timer)
    this.#timer = setInterval(() => void this.collect(), pace)
    this.#timer.unref()
  }

  /** Brings the metrics up to date, unless they are. It never rejects. */
  async collect(): Promise<void> {
    if (performance.now() - this.#collected < freshness) return
    await this.#collector?.collect()
    this.#collected = performance.now()
  }

  /** Collects no more by itself. */
  close(): void {
    clearInterval(this.#timer)
  }
}
