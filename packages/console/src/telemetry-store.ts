import { LogStore } from './log-store.ts'
import { MetricStore } from './metric-store.ts'
import type { Retain } from './retain.ts'
import type { ProducerData, ResourceMetricsData } from './telemetry-data.ts'
import { TraceStore } from './trace-store.ts'

/** How the memory is shared out. */
const shares = { traces: 0.6, logs: 0.2, metrics: 0.2 }

/** All telemetry that the console holds: this process's, and what other services sent. */
export class TelemetryStore {
  readonly traces: TraceStore
  readonly logs: LogStore
  readonly metrics: MetricStore
  readonly #now: () => number
  /** Grows each time that all is forgotten. */
  cleared = 0

  constructor(retain: Retain, now: () => number) {
    const { traces, spansPerTrace, logs, series, metricsMs, memory } = retain
    this.traces = new TraceStore({ traces, spansPerTrace, bytes: memory * shares.traces }, now)
    this.logs = new LogStore({ logs, bytes: memory * shares.logs })
    this.metrics = new MetricStore({ series, time: metricsMs, bytes: memory * shares.metrics })
    this.#now = now
  }

  /** Keeps the metrics of one sender, and tells how many points found no room. */
  addMetrics(metrics: ResourceMetricsData): number {
    return this.metrics.add(metrics, this.#now())
  }

  /** Forgets all. */
  clear(): void {
    this.traces.clear()
    this.logs.clear()
    this.metrics.clear()
    this.cleared++
  }
}

/** Collects this process's metrics, once at a time. */
export class MetricCollector {
  readonly #store: TelemetryStore
  readonly #producer: ProducerData
  #running: Promise<void> | undefined

  constructor(store: TelemetryStore, producer: ProducerData) {
    this.#store = store
    this.#producer = producer
  }

  /** Collects now, or waits for what is being collected. It never rejects. */
  collect(): Promise<void> {
    return (this.#running ??= this.#collect().finally(() => {
      this.#running = undefined
    }))
  }

  async #collect(): Promise<void> {
    try {
      const { resourceMetrics } = await this.#producer.collect()
      this.#store.addMetrics(resourceMetrics)
    } catch {
      // An SDK that was shut down gives no more metrics: what is there stays.
    }
  }
}
