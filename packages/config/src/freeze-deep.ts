/**
 * Plain data, read-only at every depth. Objects that have methods (a `Secret`, a `Date`, a `Map`, an instance of a
 * class) are left as they are.
 */
export type DeepReadonly<T> = T extends Opaque
  ? T
  : T extends readonly unknown[]
    ? ReadonlyItems<T>
    : HasMethod<T> extends true
      ? T
      : { readonly [K in keyof T]: DeepReadonly<T[K]> }

/** A list of items that are read-only at every depth. An interface, because it is resolved late: data may be recursive. */
export interface DeepReadonlyArray<Item> extends ReadonlyArray<DeepReadonly<Item>> {}

type ReadonlyItems<T extends readonly unknown[]> = number extends T['length']
  ? T[number] extends Opaque
    ? readonly T[number][]
    : DeepReadonlyArray<T[number]>
  : { readonly [K in keyof T]: DeepReadonly<T[K]> }
type AnyFunction = (...args: never) => unknown
type Opaque = string | number | bigint | boolean | symbol | null | undefined | AnyFunction
type HasMethod<T> = true extends { [K in keyof T]-?: T[K] extends AnyFunction ? true : never }[keyof T] ? true : false

/** A frozen copy of plain objects and arrays at every depth; what was given stays as it was. Anything else is returned as it is. */
export function freezeDeep<T>(value: T): DeepReadonly<T>
export function freezeDeep(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((item) => freezeDeep(item)))
  if (!isPlainObject(value)) return value
  // fromEntries defines own properties: a key named __proto__ stays a key.
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, freezeDeep(item)])))
}

/** Whether a value is an object without a class. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
