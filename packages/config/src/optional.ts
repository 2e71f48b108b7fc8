import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError } from './config-error.ts'
import { inherit } from './describe-schema.ts'
import { createField, type Field, type FieldOptions } from './field.ts'
import { validateNow } from './validate-now.ts'

/**
 * A variable that may stay unset: `undefined` then, and what the schema reads otherwise.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when the schema has a default, which would never be used.
 */
export function optional<S extends StandardSchemaV1>(
  schema: S,
  options: Omit<FieldOptions<never>, 'default'> = {},
): Field<StandardSchemaV1.InferOutput<S> | undefined, StandardSchemaV1.InferInput<S>> {
  const known = inherit(schema, options)
  if (known.default !== undefined || known.ownDefault !== undefined) {
    throw new ConfigError(
      'ERR_CONFIG_SPEC',
      'optional() of a schema with a default is never unset: drop one of the two.',
    )
  }
  return createField({
    ...known,
    optional: true,
    read: (value) => validateNow(schema, value),
    unset: () => ({ value: undefined }),
  })
}
