import { ExportResultCode, type ExportResult } from '@opentelemetry/core'
import { REPORT_INTERVAL, type Reporter } from './reporter.ts'
import type { Signal } from './signal.ts'

/** What the exporters of all three signals have in common. */
export interface Exporter<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void
  forceFlush?(): Promise<void>
  shutdown(): Promise<void>
}

/** An exporter whose failures are told by an {@link ExportWatch} instead of the SDK. */
export type WatchedExporter<Batch> = Required<Exporter<Batch>>

/** How the exports of one exporter are watched. */
export interface WatchSettings<Batch> {
  readonly signal: Signal
  /** How many items a batch has. */
  count(batch: Batch): number
  /** An export that takes longer has failed, in milliseconds. It has to be under the timeout that the SDK knows. */
  readonly timeout: number
}

/** Tells of an outage as one warning a minute, whatever number of exports and signals fail, and of its end. */
export interface ExportWatch {
  /** The same exporter, watched. */
  watch<Batch>(exporter: Exporter<Batch>, settings: WatchSettings<Batch>): WatchedExporter<Batch>
}

/** Makes the {@link ExportWatch} of one `startTelemetry`. */
export function createExportWatch(reporter: Reporter, clock: () => number = () => performance.now()): ExportWatch {
  const lost = { traces: 0, metrics: 0, logs: 0 }
  const failing = new Set<Signal>()
  let nextReport = -Infinity
  let told = false

  function failed(signal: Signal, items: number, error: unknown): void {
    lost[signal] += items
    failing.add(signal)
    const now = clock()
    if (now < nextReport) return
    nextReport = now + REPORT_INTERVAL
    told = true
    const message = `Telemetry cannot be exported (${[...failing].join(', ')}): ${reason(error)}`
    reporter.report('warn', message, { error, ...takeLost() })
  }

  function succeeded(signal: Signal): void {
    if (!failing.delete(signal) || failing.size > 0 || !told) return
    told = false
    reporter.report('info', 'Telemetry is exported again.', takeLost())
  }

  /** What was lost since the last report. */
  function takeLost(): Record<string, number> {
    const { traces: spans, metrics, logs } = lost
    Object.assign(lost, { traces: 0, metrics: 0, logs: 0 })
    return { spans, metrics, logs }
  }

  return {
    watch: (exporter, { signal, count, timeout }) => ({
      export(batch, done) {
        exportOnce(exporter, batch, timeout, (error) => {
          if (error === undefined) succeeded(signal)
          else failed(signal, count(batch), error)
          // The SDK would tell of a failure again, once for each batch.
          done({ code: ExportResultCode.SUCCESS })
        })
      },
      forceFlush: async () => exporter.forceFlush?.(),
      shutdown: async () => exporter.shutdown(),
    }),
  }
}

/** Calls `settled` once: without an error when the batch was exported in time. */
function exportOnce<Batch>(
  exporter: Exporter<Batch>,
  batch: Batch,
  timeout: number,
  settled: (error: unknown) => void,
): void {
  let open = true
  function settle(error: unknown): void {
    if (!open) return
    open = false
    clearTimeout(timer)
    settled(error)
  }
  const timer = setTimeout(() => settle(new Error(`the export took more than ${timeout} ms`)), timeout)
  timer.unref()
  try {
    exporter.export(batch, ({ code, error }) =>
      settle(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('the exporter does not say why'))),
    )
  } catch (error) {
    settle(error ?? new Error('the exporter does not say why'))
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code: unknown = Reflect.get(error, 'code')
  // A refused connection to a name with two addresses is an AggregateError with a code and no message.
  if (error.message === '') return String(code ?? error.name)
  // An HTTP status stands in the code alone, a gRPC status in both.
  return typeof code !== 'number' || error.message.startsWith(`${code} `) ? error.message : `${code} ${error.message}`
}
