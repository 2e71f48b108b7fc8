import { parseDuration, parseDurationText, type Duration } from '@seaworthy/middleware'
import type { Field } from './field.ts'
import { quantity, type QuantityOptions } from './quantity.ts'

/**
 * A length of time in milliseconds, written with units: `1h30m`, `30s`, `1.5s`, `250ms`. A number in code is
 * milliseconds; the text of a variable always has a unit.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when `min` is above `max`.
 * @throws {SeaworthyError} `ERR_DURATION` when `min` or `max` is not a duration.
 */
export function duration(options: QuantityOptions<Duration> = {}): Field<number, Duration> {
  const noun = 'a duration with a unit, such as "1h30m", "30s" or "250ms"'
  return quantity({ type: 'duration', noun, unit: 'ms', parse: parseDuration, parseText: parseDurationText }, options)
}
