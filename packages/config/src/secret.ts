import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError } from './config-error.ts'
import { describeSchema, inherit } from './describe-schema.ts'
import { createField, type Field, type FieldOptions } from './field.ts'
import { freezeDeep, type DeepReadonly } from './freeze-deep.ts'
import { validateNow, validateUnset } from './validate-now.ts'

// Registered, so that other copies and `@seaworthy/log` know a secret without importing this module.
const brand = Symbol.for('seaworthy.secret')
// Node and Bun both look for this registered symbol when they print a value.
const inspect = Symbol.for('nodejs.util.inspect.custom')

/** What stands in the place of a secret wherever it is shown. */
export const redacted = '[redacted]' as const

/**
 * A value that only {@link Secret.reveal} gives away.
 *
 * Text, JSON, `console.log`, `util.inspect` and `structuredClone` give `[redacted]`.
 */
export class Secret<out T> {
  /** The one enumerable property: what structured clones and `console.table` show. */
  readonly secret: '[redacted]' = redacted
  readonly #value: T

  constructor(value: T) {
    this.#value = value
    Object.defineProperties(this, { [brand]: { value: true }, [inspect]: { value: () => redacted } })
    Object.freeze(this)
  }

  /** The value itself. Call it where the value is used, and keep the result out of variables that are logged. */
  reveal(): T {
    return this.#value
  }

  /** Always `[redacted]`. */
  toString(): string {
    return redacted
  }

  /** Always `[redacted]`. */
  toJSON(): string {
    return redacted
  }
}

/** Whether a value is a {@link Secret}, also one of another installed copy of this package. */
export function isSecret(value: unknown): value is Secret<unknown> {
  return typeof value === 'object' && value !== null && brand in value
}

/**
 * A value that is read by another schema and kept in a {@link Secret}.
 *
 * Its text never appears in problems, `explain()`, `example()` or `table()`. What the schema says about a wrong value
 * is withheld too when the schema is another library's: its messages may quote the value.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when the schema is `optional()`: write `optional(secret(…))`.
 */
export function secret<S extends StandardSchemaV1>(
  schema: S,
  options: FieldOptions<StandardSchemaV1.InferInput<S>> = {},
): Field<Secret<DeepReadonly<StandardSchemaV1.InferOutput<S>>>, StandardSchemaV1.InferInput<S>> {
  const inner = describeSchema(schema)
  if (inner.optional)
    throw new ConfigError('ERR_CONFIG_SPEC', 'secret(optional(…)) has no value to keep: write optional(secret(…)).')
  const keep = (result: StandardSchemaV1.Result<StandardSchemaV1.InferOutput<S>>) =>
    result.issues ? result : { value: new Secret(freezeDeep(result.value)) }
  return createField({
    ...inherit(schema, options),
    secret: true,
    read: (value) => keep(validateNow(schema, value)),
    unset: () => keep(validateUnset(schema)),
  })
}
