import type { StandardSchemaV1 } from '@standard-schema/spec'
import { inherit } from './describe-schema.ts'
import { createField, type Field, type FieldOptions } from './field.ts'
import { validateNow, validateUnset } from './validate-now.ts'

/**
 * The schema of another library together with what it cannot say itself: the name of its variable, a description,
 * whether it is reloadable. Without options, use the schema as it is.
 */
export function setting<S extends StandardSchemaV1>(
  schema: S,
  options: FieldOptions<StandardSchemaV1.InferInput<S>>,
): Field<StandardSchemaV1.InferOutput<S>, StandardSchemaV1.InferInput<S>> {
  return createField({
    ...inherit(schema, options),
    read: (value) => validateNow(schema, value),
    unset: () => validateUnset(schema),
  })
}
