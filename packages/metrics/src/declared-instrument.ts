import type { Attributes } from '@opentelemetry/api'
import type { Series } from './exemplars.ts'
import { checkLimit, defaultLimit } from './limit.ts'
import { MetricsError } from './metrics-error.ts'
import { createSeriesSets } from './series-sets.ts'

/** What an attribute of an instrument may be. */
export type AttributeScalar = string | number | boolean

/** The attributes of a measurement: all that were declared, or none to give where none were. */
export type DeclaredAttributes<Key extends string> = [Key] extends [never]
  ? []
  : [attributes: Readonly<Record<Key, AttributeScalar>>]

/** Settings of {@link counter}, {@link gauge} and {@link histogram}. */
export interface InstrumentOptions<Key extends string = never> {
  /** What is measured: the help text of the metric. */
  readonly description: string
  /** In UCUM: `s`, `By`, `{order}`. @default '' */
  readonly unit?: string
  /** The keys of its attributes. Each combination of values is a series: declare none that callers choose freely. */
  readonly attributes?: readonly Key[]
  /** How many series it may have, the one for all further combinations included. @default 2000 */
  readonly limit?: number
  /** The meter that it belongs to: the name of the library or service. @default 'app' */
  readonly meter?: string
}

/** OpenTelemetry's rule for the names of instruments. */
const validName = /^[a-z][a-z0-9_.\-/]{0,254}$/i

/**
 * Finds the series of a measurement.
 *
 * @throws {MetricsError} `ERR_METRICS_NAME`, `ERR_METRICS_ATTRIBUTES` or `ERR_METRICS_LIMIT` for what cannot be declared.
 */
export function declareSeries(
  name: string,
  { attributes: keys = [], limit = defaultLimit }: Pick<InstrumentOptions<string>, 'attributes' | 'limit'>,
): (attributes: Attributes | undefined) => Series {
  if (!validName.test(name)) {
    throw new MetricsError(
      'ERR_METRICS_NAME',
      `"${name}" is no name of an instrument: write one such as "shop.orders".`,
    )
  }
  if (keys.includes('') || new Set(keys).size < keys.length) {
    throw new MetricsError('ERR_METRICS_ATTRIBUTES', `${name} declares an attribute twice, or one without a name.`)
  }
  const sets = createSeriesSets<unknown>(name, checkLimit(limit))
  const [first, ...others] = keys
  return (attributes = {}) => {
    // One attribute needs no text to be looked up by.
    const key = others.length === 0 ? first && attributes[first] : JSON.stringify(keys.map((each) => attributes[each]))
    return sets.find(key) ?? sets.add(key, pick(attributes, keys))
  }
}

function pick(attributes: Attributes, keys: readonly string[]): Attributes {
  return Object.fromEntries(keys.filter((key) => attributes[key] !== undefined).map((key) => [key, attributes[key]]))
}
