import { declareSeries, type DeclaredAttributes, type InstrumentOptions } from './declared-instrument.ts'
import { lazily } from './instruments.ts'

/** Something that goes up and down. */
export interface DeclaredGauge<Key extends string = never> {
  /** The value from now on. */
  record(value: number, ...attributes: DeclaredAttributes<Key>): void
}

/**
 * A gauge with declared attributes. It may be made before the SDK starts.
 *
 * @throws {MetricsError} `ERR_METRICS_NAME`, `ERR_METRICS_ATTRIBUTES` or `ERR_METRICS_LIMIT` for what cannot be declared.
 */
export function gauge<const Key extends string = never>(
  name: string,
  options: InstrumentOptions<Key>,
): DeclaredGauge<Key> {
  const { description, unit = '', meter = 'app' } = options
  const seriesOf = declareSeries(name, options)
  const instrument = lazily((of) => of.createGauge(name, { description, unit }), meter)
  return {
    record(value, ...rest) {
      instrument().record(value, seriesOf(rest[0]).attributes)
    },
  }
}
