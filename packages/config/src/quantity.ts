import { ConfigError } from './config-error.ts'
import { accepted, createField, type Field, type FieldOptions } from './field.ts'

/** Options of {@link duration} and {@link bytes}. */
export interface QuantityOptions<Written> extends FieldOptions<Written> {
  /** The least that is allowed. */
  readonly min?: Written
  /** The most that is allowed. */
  readonly max?: Written
}

/** How one kind of quantity is read and named. */
interface Kind<Text> {
  readonly type: string
  readonly noun: string
  /** The unit that a plain number of code has. */
  readonly unit: string
  readonly parse: (value: Text | number) => number
  readonly parseText: (text: string) => number
}

/** A field for a number that is written with a unit. */
export function quantity<Text extends string>(
  kind: Kind<Text>,
  options: QuantityOptions<Text | number>,
): Field<number, Text | number> {
  const { min, max, ...rest } = options
  const bounds = { min: bound(kind, min) ?? 0, max: bound(kind, max) ?? Infinity }
  if (bounds.min > bounds.max) throw new ConfigError('ERR_CONFIG_SPEC', `${kind.type}() needs min at most max.`)
  const write = (value: unknown) => (typeof value === 'number' ? `${value}${kind.unit}` : String(value))
  const message = `expected ${kind.noun}${range(min, max, write)}`
  const fits = (value: number | undefined) =>
    value !== undefined && value >= bounds.min && value <= bounds.max ? value : undefined
  return createField({
    ...rest,
    type: `${kind.type}${range(min, max, write)}`,
    write,
    read: (value) => accepted(fits(measure(kind, value)), message),
  })
}

function bound<Text>(kind: Kind<Text>, value: Text | number | undefined): number | undefined {
  return value === undefined ? undefined : kind.parse(value)
}

function measure<Text>(kind: Kind<Text>, value: unknown): number | undefined {
  try {
    if (typeof value === 'number') return kind.parse(value)
    return typeof value === 'string' ? kind.parseText(value) : undefined
  } catch {
    return undefined
  }
}

function range(min: unknown, max: unknown, write: (value: unknown) => string): string {
  if (min === undefined) return max === undefined ? '' : ` of at most ${write(max)}`
  return max === undefined ? ` of at least ${write(min)}` : ` from ${write(min)} to ${write(max)}`
}
