import { checkBuckets, defaultBuckets, durationBuckets } from './buckets.ts'
import { declareSeries, type DeclaredAttributes, type InstrumentOptions } from './declared-instrument.ts'
import { bucketOf, noteExemplar } from './exemplars.ts'
import { lazily } from './instruments.ts'

/** Settings of {@link histogram}. */
export interface HistogramOptions<Key extends string = never> extends InstrumentOptions<Key> {
  /** Boundaries of the buckets. @default from 5 ms to 10 s for the unit `s`, OpenTelemetry's 0 to 10,000 for others */
  readonly buckets?: readonly number[]
}

/** How values are distributed. */
export interface DeclaredHistogram<Key extends string = never> {
  /** Adds a value. What is negative or not finite is left out: it would spoil the sum for good. */
  record(value: number, ...attributes: DeclaredAttributes<Key>): void
}

/**
 * A histogram with declared attributes. It may be made before the SDK starts.
 *
 * @throws {MetricsError} `ERR_METRICS_BUCKETS` when buckets do not rise; `ERR_METRICS_NAME`, `ERR_METRICS_ATTRIBUTES` or
 *   `ERR_METRICS_LIMIT` for what cannot be declared.
 */
export function histogram<const Key extends string = never>(
  name: string,
  options: HistogramOptions<Key>,
): DeclaredHistogram<Key> {
  const { description, unit = '', meter = 'app' } = options
  const buckets = checkBuckets(options.buckets ?? (unit === 's' ? durationBuckets : defaultBuckets))
  const seriesOf = declareSeries(name, options)
  const instrument = lazily(
    (of) => of.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: buckets } }),
    meter,
  )
  return {
    record(value, ...rest) {
      if (!(value >= 0 && value < Infinity)) return
      const series = seriesOf(rest[0])
      instrument().record(value, series.attributes)
      noteExemplar(series, bucketOf(buckets, value), value)
    },
  }
}
