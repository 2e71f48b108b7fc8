declare const valueType: unique symbol

/** The typed name of a value in an {@link Exchange}. */
export interface Key<T> {
  readonly name: string
  /** Only in the type system: ties the key to the type of its value. */
  readonly [valueType]?: T
}

/**
 * Makes a typed key for `exchange.get` and `exchange.set`.
 *
 * Keys of one name are the same key, also across installed copies of this package: prefix the name with yours.
 */
export function key<T>(name: string): Key<T> {
  return Object.freeze({ name })
}
