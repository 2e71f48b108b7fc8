import type { ApiKeyStore } from './api-key-store.ts'

/** Told of a key that was revoked or replaced. */
export type ChangeListener = (id: string) => void

const sharedSymbol = Symbol.for('seaworthy.api-key.changes')

interface Shared {
  [sharedSymbol]?: WeakMap<object, Set<ChangeListener>>
}

/** One for all installed copies of this package: keys may be managed by one, and cached by another. */
function listeners(): WeakMap<object, Set<ChangeListener>> {
  const shared: typeof globalThis & Shared = globalThis
  return (shared[sharedSymbol] ??= new WeakMap())
}

/** Tells a listener of keys of this store that change in this process. */
export function onChange(store: ApiKeyStore, listener: ChangeListener): void {
  const all = listeners()
  const own = all.get(store) ?? new Set()
  all.set(store, own.add(listener))
}

/** Tells all who keep something of this key in this process. */
export function changed(store: ApiKeyStore, id: string): void {
  for (const listener of listeners().get(store) ?? []) listener(id)
}
