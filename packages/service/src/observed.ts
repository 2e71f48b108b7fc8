import type { Console } from '@seaworthy/console'
import type { Tap, TelemetryOptions } from '@seaworthy/telemetry'

type Reader = NonNullable<NonNullable<TelemetryOptions['metrics']>['readers']>[number]

/** The options of telemetry, with one more reader of metrics and the console's tap, beside those that are there. */
export function observed(
  options: TelemetryOptions,
  reader: Reader | undefined,
  page: Console | undefined,
): TelemetryOptions {
  const readers = [...(options.metrics?.readers ?? []), ...(reader ? [reader] : [])]
  // A console that is off takes nothing: telemetry that goes nowhere else is to say so.
  const taps = new Set<Tap>([page?.enabled ? page : undefined, options.tap].filter((each) => each !== undefined))
  return {
    ...options,
    ...(readers.length > 0 && { metrics: { ...options.metrics, readers } }),
    ...(taps.size > 0 && { tap: joined([...taps]) }),
  }
}

/** Where none of the taps takes logs, there is nothing to make them for. */
function joined(taps: readonly Tap[]): Tap {
  const [only] = taps
  if (only !== undefined && taps.length === 1) return only
  const readers = taps.flatMap(({ reader }) => reader ?? [])
  return {
    onSpanEnd: (span) => taps.forEach((tap) => tap.onSpanEnd?.(span)),
    ...(taps.some(({ onLog }) => onLog) && { onLog: (record) => taps.forEach((tap) => tap.onLog?.(record)) }),
    reader: { setMetricProducer: (producer) => readers.forEach((each) => each.setMetricProducer(producer)) },
  }
}
