import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError } from './config-error.ts'
import { describeSchema } from './describe-schema.ts'
import { createField, refused, type Field, type FieldOptions } from './field.ts'
import { validateNow } from './validate-now.ts'

/** Options of {@link list}. */
export interface ListOptions<Item> extends FieldOptions<readonly Item[]> {
  /** What stands between two items. @default ',' */
  readonly separator?: string
}

/**
 * Several values in one variable, each read by the given schema. Spaces round an item are dropped; an empty item is an
 * error. As an empty variable is unset, an empty list can only be a default.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when the separator is empty.
 */
export function list<S extends StandardSchemaV1>(
  item: S,
  options: ListOptions<StandardSchemaV1.InferInput<S>> = {},
): Field<readonly StandardSchemaV1.InferOutput<S>[], readonly StandardSchemaV1.InferInput<S>[]> {
  const { separator = ',', ...rest } = options
  if (separator === '') throw new ConfigError('ERR_CONFIG_SPEC', "list() needs a separator, such as ','.")
  const { type, secret, opaque, discreet, write } = describeSchema(item)
  return createField({
    ...rest,
    type: `list of ${type}, separated by ${JSON.stringify(separator)}`,
    secret,
    opaque,
    discreet,
    write: (value) => (Array.isArray(value) ? value.map((one) => write(one)).join(separator) : String(value)),
    read: (value) => readItems(item, itemsOf(value, separator)),
  })
}

function itemsOf(value: unknown, separator: string): readonly unknown[] | undefined {
  if (typeof value === 'string') return value.split(separator).map((text) => text.trim())
  return Array.isArray(value) ? value : undefined
}

function readItems<S extends StandardSchemaV1>(
  schema: S,
  items: readonly unknown[] | undefined,
): StandardSchemaV1.Result<readonly StandardSchemaV1.InferOutput<S>[]> {
  if (!items) return refused('expected a list')
  const results = items.map((item) => (item === '' ? refused('expected no empty item') : validateNow(schema, item)))
  const issues = results.flatMap((result, index) =>
    (result.issues ?? []).map(({ message, path = [] }) => ({ message, path: [index, ...path] })),
  )
  if (issues.length > 0) return { issues }
  return { value: results.flatMap((result) => (result.issues ? [] : [result.value])) }
}
