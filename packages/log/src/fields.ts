/** What a line says beside its message. Any value is fine: it is copied, redacted and cut before it is written. */
export type Fields = Readonly<Record<string, unknown>>

/** Makes the fields of a line. Called only when the line is written. */
export type LazyFields = () => Fields

/** What stands for a value whose getter threw. */
export const unreadable = '[unreadable]'

/** Whether a value has members. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** Copies fields into others, one level deep. A getter that throws leaves a marker. */
export function copyFields(fields: Fields, into: Record<string, unknown>): void {
  for (const name of namesOf(fields)) put(into, name, read(fields, name))
}

/** The own enumerable names of an object; none where asking for them throws. */
export function namesOf(value: object): string[] {
  try {
    return Object.keys(value)
  } catch {
    return []
  }
}

/** One member, or a marker when its getter throws. */
export function read(value: Fields, name: string): unknown {
  try {
    return value[name]
  } catch {
    return unreadable
  }
}

/** Sets a member, also one that is called `__proto__`. */
export function put<T>(into: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
  } else into[name] = value
}
