import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError } from './config-error.ts'

/**
 * What a schema says about a value, at once.
 *
 * @throws {ConfigError} `ERR_CONFIG_ASYNC` when the schema answers with a promise.
 */
export function validateNow<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
): StandardSchemaV1.Result<StandardSchemaV1.InferOutput<S>> {
  const result = schema['~standard'].validate(value)
  if (!('then' in result)) return result
  // Nobody waits for this promise any more: its rejection must not end the process.
  result.then(undefined, () => {})
  throw new ConfigError(
    'ERR_CONFIG_ASYNC',
    'An asynchronous schema cannot be read: check what needs waiting after config(), not in it.',
  )
}

/** What a schema says about a variable that is not set: its default, if it has one. */
export function validateUnset<S extends StandardSchemaV1>(
  schema: S,
): StandardSchemaV1.Result<StandardSchemaV1.InferOutput<S>> {
  const result = validateNow(schema, undefined)
  // z.coerce.string() and its like turn "nothing" into this text: a missing variable must stay missing.
  if (!result.issues && result.value === 'undefined') return { issues: [{ message: 'required' }] }
  return result
}
