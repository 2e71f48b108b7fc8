import { ConfigError } from './config-error.ts'
import { accepted, createField, type Field, type FieldOptions } from './field.ts'

/** Options of {@link number} and {@link integer}. */
export interface NumberOptions extends FieldOptions<number> {
  /** The least value that is allowed. */
  readonly min?: number
  /** The greatest value that is allowed. */
  readonly max?: number
}

const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i
const whole = /^(?:0|-?[1-9]\d*)$/

/**
 * A finite number in decimal digits: `3`, `-0.5`, `1e3`. No spaces, no leading zeros, no other bases.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when `min` is above `max`, or one of them is not a number.
 */
export function number(options: NumberOptions = {}): Field<number> {
  return numeric('number', 'a number', decimal, Number.isFinite, options)
}

/**
 * A whole number in decimal digits that JavaScript holds exactly: `3`, `-12`. No spaces, exponents or leading zeros.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when `min` is above `max`, or one of them is not a number.
 */
export function integer(options: NumberOptions = {}): Field<number> {
  return numeric('integer', 'an integer', whole, Number.isSafeInteger, options)
}

function numeric(
  name: string,
  noun: string,
  pattern: RegExp,
  isKind: (value: number) => boolean,
  options: NumberOptions,
): Field<number> {
  const { min = -Infinity, max = Infinity, ...rest } = options
  if (!(min <= max)) throw new ConfigError('ERR_CONFIG_SPEC', `${name}() needs numbers with min at most max.`)
  const fits = (value: number) => isKind(value) && value >= min && value <= max
  const message = `expected ${noun}${rangeText(min, max)}`
  return createField({
    ...rest,
    type: `${name}${rangeText(min, max)}`,
    read: (value) => accepted(toNumber(value, pattern, fits), message),
  })
}

function toNumber(value: unknown, pattern: RegExp, fits: (value: number) => boolean): number | undefined {
  const result = typeof value === 'string' && pattern.test(value) ? Number(value) : value
  return typeof result === 'number' && fits(result) ? result : undefined
}

function rangeText(min: number, max: number): string {
  if (min === -Infinity) return max === Infinity ? '' : ` of at most ${max}`
  return max === Infinity ? ` of at least ${min}` : ` from ${min} to ${max}`
}
