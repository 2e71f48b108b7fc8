import { types } from 'node:util'
import { errorMembers, isError } from './error-members.ts'
import { isFields, type Fields } from './fields.ts'
import { isSecret, redacted } from './secret.ts'
import { urlText } from './url-text.ts'

/** The form in which an object is written. */
export type ObjectForm =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'items'; readonly items: Iterable<unknown> }
  | { readonly kind: 'entries'; readonly entries: Iterable<readonly [unknown, unknown]> }
  | { readonly kind: 'members'; readonly members: Fields }

/** Decides how an object is written. May throw what the object throws. */
export function objectForm(value: Fields): ObjectForm {
  if (isSecret(value)) return { kind: 'text', text: redacted }
  if (Array.isArray(value)) return { kind: 'items', items: value }
  if (isError(value)) return { kind: 'entries', entries: errorMembers(value) }
  const special = isOrdinary(value) ? undefined : builtInForm(value)
  return special ?? jsonForm(value)
}

function isOrdinary(value: Fields): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function builtInForm(value: Fields): ObjectForm | undefined {
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return { kind: 'text', text: `[${value.constructor.name} ${value.byteLength} bytes]` }
  }
  if (types.isDate(value)) {
    return { kind: 'text', text: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString() }
  }
  if (types.isMap(value)) return { kind: 'entries', entries: value }
  if (types.isSet(value)) return { kind: 'items', items: value }
  if (value instanceof URL) return { kind: 'text', text: urlText(value) }
  if (types.isRegExp(value)) return { kind: 'text', text: String(value) }
  if (types.isBoxedPrimitive(value)) return { kind: 'value', value: value.valueOf() }
  return taggedForm(value)
}

/** Web platform objects exist in several copies (the global one, that of undici): only their tag tells what they are. */
function taggedForm(value: Fields): ObjectForm | undefined {
  switch (Object.prototype.toString.call(value)) {
    case '[object Headers]':
    case '[object FormData]':
    case '[object URLSearchParams]':
      return isPairs(value) ? { kind: 'entries', entries: value } : undefined
    case '[object Promise]':
    case '[object WeakMap]':
    case '[object WeakSet]':
    case '[object WeakRef]':
      return { kind: 'text', text: `[${value.constructor.name}]` }
    default:
      return undefined
  }
}

function isPairs(value: Fields): value is Fields & Iterable<readonly [unknown, unknown]> {
  return Symbol.iterator in value
}

/** As `JSON.stringify` does, `toJSON` is asked once: what it gives is not asked again. */
function jsonForm(value: Fields): ObjectForm {
  const { toJSON } = value
  if (typeof toJSON !== 'function') return { kind: 'members', members: value }
  const json: unknown = toJSON.call(value)
  if (!isFields(json)) return { kind: 'value', value: json }
  if (isSecret(json)) return { kind: 'text', text: redacted }
  return Array.isArray(json) ? { kind: 'items', items: json } : { kind: 'members', members: json }
}
