import { diag, type Attributes } from '@opentelemetry/api'
import { createSeries, type Series } from './exemplars.ts'

/** The series of one instrument: no more than its limit, and each attribute set always as the same object. */
export interface SeriesSets<Key> {
  /** The series of a key, if it has been made. */
  find(key: Key): Series | undefined
  /** Makes the series of a key, or gives the one that all further attribute sets share. */
  add(key: Key, attributes: Attributes): Series
}

/** What OpenTelemetry records the attribute sets beyond a limit with. */
const overflow: Attributes = { 'otel.metric.overflow': true }

/**
 * Bounds what an instrument keeps in memory, and what it costs where it is stored.
 *
 * @param limit - How many series there may be, the shared one included.
 */
export function createSeriesSets<Key>(instrument: string, limit: number): SeriesSets<Key> {
  const sets = new Map<Key, Series>()
  let shared: Series | undefined
  return {
    find: (key) => sets.get(key),
    add(key, attributes) {
      if (sets.size >= limit - 1) return (shared ??= warned(instrument, limit))
      const series = createSeries(attributes)
      sets.set(key, series)
      return series
    },
  }
}

function warned(instrument: string, limit: number): Series {
  diag.warn(
    `@seaworthy/metrics: ${instrument} has ${limit} attribute sets, which is its limit. ` +
      'Further ones are recorded as otel.metric.overflow: one of its attributes has too many values.',
  )
  return createSeries(overflow)
}
