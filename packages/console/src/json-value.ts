import type { AttributeMap, AttributeValue } from './api-traces.ts'
import type { GivenAttributes } from './telemetry-data.ts'

/** Attributes as JSON can carry them. */
export function jsonAttributes(attributes: GivenAttributes): AttributeMap {
  const members: [string, AttributeValue][] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) members.push([name, jsonValue(value)])
  }
  return Object.fromEntries(members)
}

/** A value as JSON can carry it: bytes are base64, and numbers that JSON lacks are text. */
export function jsonValue(value: unknown): AttributeValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonValue)
  if (typeof value === 'object') return jsonAttributes({ ...value })
  return String(value)
}

/** A text attribute, if it is one. */
export function textOf(attributes: GivenAttributes, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** A numeric attribute, if it is one. */
export function numberOf(attributes: GivenAttributes, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = attributes[name]
    if (typeof value === 'number') return value
    if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value)
  }
  return undefined
}

/** The parts of an exception, by OpenTelemetry's conventions. */
export function exceptionOf(
  attributes: GivenAttributes,
): { readonly type?: string; readonly message?: string; readonly stack?: string } | undefined {
  const type = textOf(attributes, 'exception.type')
  const message = textOf(attributes, 'exception.message')
  const stack = textOf(attributes, 'exception.stacktrace')
  if (type === undefined && message === undefined && stack === undefined) return undefined
  return { ...(type && { type }), ...(message && { message }), ...(stack && { stack }) }
}

/** Attributes without those that {@link exceptionOf} tells. */
export function withoutException(attributes: GivenAttributes): GivenAttributes {
  const { 'exception.type': _, 'exception.message': __, 'exception.stacktrace': ___, ...rest } = attributes
  return rest
}
