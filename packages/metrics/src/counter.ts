import { declareSeries, type DeclaredAttributes, type InstrumentOptions } from './declared-instrument.ts'
import { noteExemplar } from './exemplars.ts'
import { lazily } from './instruments.ts'

/** Something that only goes up. */
export interface DeclaredCounter<Key extends string = never> {
  /** Adds to the count. What is negative or not finite is left out: it would spoil the sum for good. */
  add(value: number, ...attributes: DeclaredAttributes<Key>): void
}

/**
 * A counter with declared attributes. It may be made before the SDK starts.
 *
 * @throws {MetricsError} `ERR_METRICS_NAME`, `ERR_METRICS_ATTRIBUTES` or `ERR_METRICS_LIMIT` for what cannot be declared.
 */
export function counter<const Key extends string = never>(
  name: string,
  options: InstrumentOptions<Key>,
): DeclaredCounter<Key> {
  const { description, unit = '', meter = 'app' } = options
  const seriesOf = declareSeries(name, options)
  const instrument = lazily((of) => of.createCounter(name, { description, unit }), meter)
  return {
    add(value, ...rest) {
      if (!(value >= 0 && value < Infinity)) return
      const series = seriesOf(rest[0])
      instrument().add(value, series.attributes)
      noteExemplar(series, 0, value)
    },
  }
}
