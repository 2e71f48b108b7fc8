import { redact } from './redact.ts'

const longest = 500
const deepest = 4

/** What is said of a failure: one line, redacted, at most 500 characters; the causes follow the error. */
export function errorText(error: unknown): string {
  const text = oneLine(redact(describe(error, 0))) || 'it failed without a message'
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/** The class of a failure, as OpenTelemetry's `error.type`: its code, else its name. Never part of its message. */
export function errorType(error: unknown): string {
  const named = read(error, 'code') ?? read(error, 'name')
  return typeof named === 'string' && /^[\w.-]{1,64}$/.test(named) ? named : '_OTHER'
}

function describe(error: unknown, depth: number): string {
  if (!isObject(error)) return depth === 0 ? `it threw ${String(error)}` : String(error)
  const first = read(error, 'errors')
  const inner = read(error, 'cause') ?? (Array.isArray(first) ? first[0] : undefined)
  const own = [read(error, 'message'), read(error, 'code'), read(error, 'name')].find(isText) ?? 'it threw an object'
  if (inner === undefined || inner === null || depth === deepest) return own
  const reason = describe(inner, depth + 1)
  return own.includes(reason) ? own : `${own}: ${reason}`
}

/** A getter of a hostile error may throw. */
function read(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}
