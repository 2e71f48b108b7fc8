import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { fieldInfo, writeText, type FieldInfo, type FieldOptions } from './field.ts'
import { validateUnset } from './validate-now.ts'

/** What is known about any schema: what a field says of itself, or what another library's schema lets out. */
export function describeSchema(schema: StandardSchemaV1): FieldInfo {
  return fieldInfo(schema) ?? describeForeign(schema)
}

/** What a wrapper takes over from the schema inside, with the wrapper's own options on top. */
export function inherit(schema: StandardSchemaV1, options: FieldOptions<unknown>): FieldInfo {
  return { ...describeSchema(schema), ...options }
}

function describeForeign(schema: StandardSchemaV1): FieldInfo {
  const json = jsonSchema(schema)
  const description = json['description']
  const unset = valueWhenUnset(schema)
  const ownDefault = json['default'] ?? unset?.value
  return {
    type: typeText(json),
    secret: false,
    opaque: false,
    discreet: false,
    optional: unset !== undefined && unset.value === undefined,
    choices: words(json['enum']),
    write: writeText,
    ...(typeof description === 'string' && { description }),
    ...(isWritable(ownDefault) && { ownDefault: writeText(ownDefault) }),
  }
}

/** The JSON Schema of what comes out; empty when the library has none. */
function jsonSchema(schema: StandardSchemaV1): Record<string, unknown> {
  try {
    return describesItself(schema) ? schema['~standard'].jsonSchema.output({ target: 'draft-2020-12' }) : {}
  } catch {
    return {}
  }
}

function describesItself(schema: StandardSchemaV1): schema is StandardSchemaV1 & StandardJSONSchemaV1 {
  return 'jsonSchema' in schema['~standard']
}

function valueWhenUnset(schema: StandardSchemaV1): { readonly value: unknown } | undefined {
  try {
    const result = validateUnset(schema)
    return result.issues ? undefined : result
  } catch {
    return undefined
  }
}

function typeText(json: Record<string, unknown>): string {
  const choices = words(json['enum'])
  if (choices.length > 0) return choices.join(' | ')
  const { type, format } = json
  if (typeof type !== 'string') return 'text'
  return typeof format === 'string' ? `${type} (${format})` : type
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Whether it has a text that could stand in a `.env` file: plain data, not an instance of a class. */
function isWritable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return ['string', 'number', 'boolean', 'bigint'].includes(typeof value)
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}
