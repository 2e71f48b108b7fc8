/** A map that forgets what was used longest ago. */
export interface BoundedMap<V> {
  /** The value, which is then the one that was used last. */
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  readonly size: number
}

/** Makes an empty map of at most `max` entries. */
export function boundedMap<V>(max: number): BoundedMap<V> {
  const entries = new Map<string, V>()

  function set(key: string, value: V): void {
    entries.delete(key)
    entries.set(key, value)
    if (entries.size <= max) return
    for (const oldest of entries.keys()) {
      entries.delete(oldest)
      return
    }
  }

  function get(key: string): V | undefined {
    const value = entries.get(key)
    if (value !== undefined) {
      entries.delete(key)
      entries.set(key, value)
    }
    return value
  }

  return {
    get,
    set,
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size
    },
  }
}
