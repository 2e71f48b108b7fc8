import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describeSchema } from './describe-schema.ts'
import { createField, refused, type Field, type FieldOptions } from './field.ts'
import { validateNow } from './validate-now.ts'

/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** Any JSON. The text is never quoted in a problem: it may hold anything. */
export function json(schema?: undefined, options?: FieldOptions<JsonValue>): Field<JsonValue>
/** JSON that another schema then validates. The text is never quoted in a problem: it may hold anything. */
export function json<S extends StandardSchemaV1>(
  schema: S,
  options?: FieldOptions<StandardSchemaV1.InferInput<S>>,
): Field<StandardSchemaV1.InferOutput<S>, StandardSchemaV1.InferInput<S>>
export function json(schema?: StandardSchemaV1, options: FieldOptions<unknown> = {}): Field<unknown> {
  const inner = schema && describeSchema(schema)
  return createField({
    ...options,
    type: 'JSON',
    secret: inner?.secret ?? false,
    opaque: true,
    discreet: inner?.discreet ?? true,
    read: (value) => {
      const parsed = typeof value === 'string' ? parse(value) : { value }
      return parsed.issues || !schema ? parsed : validateNow(schema, parsed.value)
    },
  })
}

function parse(text: string): StandardSchemaV1.Result<unknown> {
  try {
    return { value: JSON.parse(text) }
  } catch {
    // The engine's message quotes the text.
    return refused('expected JSON')
  }
}
