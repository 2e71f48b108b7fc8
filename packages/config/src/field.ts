import type { StandardSchemaV1 } from '@standard-schema/spec'

/** The key of what a field knows; registered, so that two installed copies of this package understand each other. */
const info: unique symbol = Symbol.for('seaworthy.config.field')

/** What every field can be told. */
export interface FieldOptions<Default> {
  /** The value of a variable that is not set. Without one the variable is required. It is validated like any other. */
  readonly default?: Default
  /** The exact name of the variable, without any prefix. @default the key in upper case, after the prefix and the groups */
  readonly env?: string
  /** What it is for: one or more sentences for `example()` and `table()`. */
  readonly description?: string
  /** A value to show in `example()` for a variable without a default. Never a real secret. */
  readonly example?: string
  /** Whether `reload()` takes a new value over. @default false */
  readonly reloadable?: boolean
}

/** What is known about a variable besides how it is validated. */
export interface FieldInfo extends FieldOptions<unknown> {
  /** The type in a few words, such as `port`. */
  readonly type: string
  /** Whether the value is never shown. */
  readonly secret: boolean
  /** Whether the value is too long or too private to be quoted in a problem. */
  readonly opaque: boolean
  /** Whether the messages of the schema are known never to quote the value. */
  readonly discreet: boolean
  /** Whether the variable may stay unset. */
  readonly optional: boolean
  /** The words that are allowed, for a did-you-mean. */
  readonly choices: readonly string[]
  /** The default that another library's schema has of its own, as text. */
  readonly ownDefault?: string
  /** The text that is read as this value. */
  readonly write: (value: unknown) => string
}

/** How one variable is read: a Standard Schema for text, or for the value as it is written in code. */
export interface Field<Output, Input = Output> extends StandardSchemaV1<string | Input | undefined, Output> {
  readonly [info]: FieldInfo
}

/** What makes a field. */
export interface FieldDefinition<Output> extends Partial<FieldInfo> {
  readonly type: string
  /** Reads text, or a value as it is written in code. */
  readonly read: (value: unknown) => StandardSchemaV1.Result<Output>
  /** What holds when nothing is set and there is no default. */
  readonly unset?: () => StandardSchemaV1.Result<Output>
}

/** Makes a field from its definition. */
export function createField<Output, Input>(definition: FieldDefinition<Output>): Field<Output, Input> {
  const { read, unset = () => refused('required'), ...given } = definition
  const known: FieldInfo = { ...plain, ...given }
  const validate = (value: unknown): StandardSchemaV1.Result<Output> => {
    if (value !== undefined) return read(value)
    return known.default === undefined ? unset() : read(known.default)
  }
  return Object.freeze({
    '~standard': Object.freeze({ version: 1 as const, vendor: 'seaworthy', validate }),
    [info]: Object.freeze(known),
  })
}

/** What a field knows about itself; `undefined` for the schema of another library. */
export function fieldInfo(schema: StandardSchemaV1): FieldInfo | undefined {
  return isField(schema) ? schema[info] : undefined
}

/** A refusal that says what was expected, and nothing of the value. */
export function refused(message: string): StandardSchemaV1.FailureResult {
  return { issues: [{ message }] }
}

/** What has been read, or a refusal when it is `undefined`. */
export function accepted<T>(value: T | undefined, message: string): StandardSchemaV1.Result<T> {
  return value === undefined ? refused(message) : { value }
}

/** The text of a value of code: JSON for objects that have one. */
export function writeText(value: unknown): string {
  if (typeof value !== 'object') return String(value)
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    return typeof value
  }
}

const plain = { secret: false, opaque: false, discreet: true, optional: false, choices: [], write: writeText }

function isField(schema: StandardSchemaV1): schema is Field<unknown> {
  return info in schema
}
