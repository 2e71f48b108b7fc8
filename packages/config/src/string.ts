import { ConfigError } from './config-error.ts'
import { createField, refused, type Field, type FieldOptions } from './field.ts'

/** Options of {@link string}. */
export interface StringOptions extends FieldOptions<string> {
  /** The least number of characters (UTF-16 code units). @default 1, as an empty variable is unset */
  readonly minLength?: number
  /** The greatest number of characters (UTF-16 code units). */
  readonly maxLength?: number
  /** What the whole text, or a part of it, must match. Anchor it with `^` and `$` to mean the whole. */
  readonly pattern?: RegExp
}

/**
 * Text, exactly as it was written: nothing is trimmed.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when a length is not a whole number of at least 0, or the least is above the
 *   greatest.
 */
export function string(options: StringOptions = {}): Field<string> {
  const { minLength = 0, maxLength = Infinity, pattern, ...rest } = options
  if (!isCount(minLength) || (maxLength !== Infinity && !isCount(maxLength)) || minLength > maxLength) {
    throw new ConfigError('ERR_CONFIG_SPEC', 'string() needs whole numbers of at least 0: minLength, then maxLength.')
  }
  // A copy without g and y, which would carry a position from one test to the next.
  const matcher = pattern && new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  const message = `expected text${lengthText(minLength, maxLength)}${matcher ? ` that matches ${matcher}` : ''}`
  const read = (value: unknown) =>
    typeof value === 'string' &&
    value.length >= minLength &&
    value.length <= maxLength &&
    matcher?.test(value) !== false
      ? { value }
      : refused(message)
  return createField({ ...rest, type: 'text', read })
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function lengthText(minLength: number, maxLength: number): string {
  if (maxLength !== Infinity) return ` of ${minLength} to ${maxLength} characters`
  return minLength > 0 ? ` of at least ${minLength} characters` : ''
}
