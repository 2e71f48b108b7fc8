import { parseSize, parseSizeText, type Size } from '@seaworthy/middleware'
import type { Field } from './field.ts'
import { quantity, type QuantityOptions } from './quantity.ts'

/**
 * A size in bytes, written with units: `512B`, `64KiB` (1024), `1MB` (1000 × 1000). A number in code is bytes; the
 * text of a variable always has a unit.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when `min` is above `max`.
 * @throws {SeaworthyError} `ERR_SIZE` when `min` or `max` is not a size.
 */
export function bytes(options: QuantityOptions<Size> = {}): Field<number, Size> {
  const noun = 'a size with a unit, such as "512B", "64KiB" or "1MB"'
  return quantity({ type: 'size', noun, unit: 'B', parse: parseSize, parseText: parseSizeText }, options)
}
