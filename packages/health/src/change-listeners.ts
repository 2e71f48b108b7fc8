import type { HealthChange } from './check-result.ts'

/** Those who want to know of changes. */
export interface ChangeListeners {
  /** @returns A function that ends it. */
  add(listener: (change: HealthChange) => void): () => void
  /** Tells each, whatever another does. */
  tell(change: HealthChange): void
}

/** An empty list of listeners. */
export function changeListeners(): ChangeListeners {
  const entries = new Set<{ readonly listener: (change: HealthChange) => void }>()
  return {
    add(listener) {
      const entry = { listener }
      entries.add(entry)
      return () => void entries.delete(entry)
    },
    tell(change) {
      for (const { listener } of entries) quietly(listener, change)
    },
  }
}

/** A listener's mistake is the listener's: it changes no result. */
function quietly(listener: (change: HealthChange) => void, change: HealthChange): void {
  try {
    listener(change)
  } catch (error) {
    console.error('seaworthy: a listener for health changes threw', error)
  }
}
