import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { MetricProducer } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import type { MetricHub } from './metric-hub.ts'
import type { Reporter } from './reporter.ts'

/** Receives this process's telemetry where it arises. Structural: every member is optional. */
export interface Tap {
  /** Each span that was recorded, when it ends. */
  onSpanEnd?(span: ReadableSpan): void
  /** Each log record, when it is emitted. */
  onLog?(record: ReadableLogRecord): void
  /** Is given the producer of all metrics, in cumulative temporality: what an OpenTelemetry metric reader expects. */
  readonly reader?: { setMetricProducer(producer: MetricProducer): void }
}

/** What stands in the providers from the start, so that a {@link Tap} can come and go later. */
export interface TapSwitch {
  readonly spans: SpanProcessor
  readonly logs: LogRecordProcessor
  /** Sends everything to this tap from now on, and no longer to the one before. */
  set(tap: Tap | undefined): void
}

/** Makes the {@link TapSwitch} of one `startTelemetry`. A tap that throws is reported and harms nobody else. */
export function createTapSwitch(hub: MetricHub, reporter: Reporter): TapSwitch {
  let tap: Tap | undefined
  const done = () => Promise.resolve()
  const failed = (error: unknown) => reporter.repeated('warn', 'The tap failed.', { error })
  return {
    spans: {
      onStart() {},
      onEnd(span) {
        if (tap === undefined) return
        try {
          tap.onSpanEnd?.(span)
        } catch (error) {
          failed(error)
        }
      },
      forceFlush: done,
      shutdown: done,
    },
    logs: {
      enabled: () => tap?.onLog !== undefined,
      onEmit(record) {
        if (tap === undefined) return
        try {
          tap.onLog?.(record)
        } catch (error) {
          failed(error)
        }
      },
      forceFlush: done,
      shutdown: done,
    },
    set(next) {
      if (next === tap) return
      tap = next
      try {
        if (next?.reader) hub.feed(next.reader)
      } catch (error) {
        failed(error)
      }
    },
  }
}
