import type { GivenAttributes, HrTime, ResourceData, ScopeData } from './telemetry-data.ts'
import { cutText, Scale, Scissors } from './weigh.ts'

/** A member of something that came from outside, whatever that is. */
export function member(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, name)) return undefined
  return of[name as keyof typeof of]
}

/** A list; what is none is empty. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text; what is none is empty. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A number. JSON carries those of 64 bits as text; what is none is 0. */
export function number(value: unknown): number {
  return optionalNumber(value) ?? 0
}

/** A number, if it is one. */
export function optionalNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isNaN(parsed) && value !== 'NaN' ? undefined : parsed
}

const nanos = 1_000_000_000n

/** Nanoseconds since 1970 as OpenTelemetry's SDK has them. What cannot be read is 1970. */
export function time(value: unknown): HrTime {
  if (typeof value === 'bigint') return [Number(value / nanos), Number(value % nanos)]
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return time(BigInt(value))
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return time(BigInt(Math.floor(value)))
  return [0, 0]
}

/** An id of so many hexadecimal digits, in lower case; `undefined` for what is none, and for zeros. */
export function id(value: unknown, digits: 16 | 32): string | undefined {
  if (typeof value !== 'string' || value.length !== digits || !/^[\da-f]+$/i.test(value)) return undefined
  return /^0+$/.test(value) ? undefined : value.toLowerCase()
}

/** Key-value pairs as attributes. */
export function attributes(pairs: unknown): GivenAttributes {
  const members = list(pairs).map((pair) => [text(member(pair, 'key')), anyValue(member(pair, 'value'), 0)] as const)
  return Object.fromEntries(members)
}

/** Deeper than this, values are left out. */
const deepest = 16

/** An `AnyValue`: in both forms, exactly one of its members is there. */
export function anyValue(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > deepest) return undefined
  const [name] = Object.keys(value)
  const content = name === undefined ? undefined : member(value, name)
  switch (name) {
    case 'stringValue':
      return text(content)
    case 'boolValue':
      return content === true
    case 'intValue':
      return integer(content)
    case 'doubleValue':
      return number(content)
    case 'arrayValue':
      return list(member(content, 'values')).map((each) => anyValue(each, depth + 1))
    case 'kvlistValue':
      return pairs(content, depth)
    case 'bytesValue':
      return typeof content === 'string' ? Uint8Array.from(Buffer.from(content, 'base64')) : content
    default:
      return undefined
  }
}

function pairs(content: unknown, depth: number): GivenAttributes {
  const members = list(member(content, 'values'))
  return Object.fromEntries(
    members.map((pair) => [text(member(pair, 'key')), anyValue(member(pair, 'value'), depth + 1)]),
  )
}

/** A whole number; as text where JavaScript's numbers are not exact. */
function integer(value: unknown): number | string {
  const parsed = number(value)
  return Number.isSafeInteger(parsed) ? parsed : String(value)
}

/** Where telemetry comes from, cut where it is too large. */
export function resourceOf(owner: unknown): ResourceData {
  const given = attributes(member(member(owner, 'resource'), 'attributes'))
  const scale = new Scale()
  scale.attributes(given)
  return { attributes: scale.oversize ? new Scissors().attributes(given) : given }
}

/** The longest name of a scope. */
const longestName = 255

/** What made telemetry. */
export function scopeOf(scoped: unknown): ScopeData {
  const scope = member(scoped, 'scope')
  const version = cutText(text(member(scope, 'version')), longestName)
  return { name: cutText(text(member(scope, 'name')), longestName), ...(version !== '' && { version }) }
}
