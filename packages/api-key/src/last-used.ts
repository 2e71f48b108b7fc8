import { isPromise } from '@seaworthy/middleware'
import type { ApiKeyRecord } from './api-key-record.ts'
import type { ApiKeyStore } from './api-key-store.ts'

/** Settings of {@link lastUsed}. */
export interface LastUsedOptions {
  readonly store: ApiKeyStore
  /** Milliseconds. */
  readonly every: number
  readonly onError: ((error: unknown) => void) | undefined
}

/** Notes that a key was used. */
export type NoteUse = (record: ApiKeyRecord, now: number) => void

/** The keys whose last write is remembered. Of others the record tells, as the store has it. */
const remembered = 10_000

/** Writes when keys were last used: each at most once in an interval, and never within a request. */
export function lastUsed({ store, every, onError }: LastUsedOptions): NoteUse {
  const written = new Map<string, number>()
  let failing = false

  function recovered(): void {
    failing = false
  }

  function failed(error: unknown): void {
    if (onError) return tell(onError, error)
    if (!failing)
      console.error('seaworthy: the last use of API keys cannot be written; further failures are not reported', error)
    failing = true
  }

  function write(id: string, lastUsedAt: string): void {
    try {
      const done = store.update(id, { lastUsedAt })
      if (isPromise(done)) done.then(recovered, failed)
      else recovered()
    } catch (error) {
      failed(error)
    }
  }

  return ({ id, lastUsedAt }, now) => {
    const known = written.get(id)
    if (known !== undefined && now - known < every) return
    // Another process may have written it.
    const stored = lastUsedAt === undefined ? Number.NaN : Date.parse(lastUsedAt)
    const isFresh = now - stored < every
    written.delete(id)
    written.set(id, isFresh ? stored : now)
    for (const oldest of written.keys()) {
      if (written.size <= remembered) break
      written.delete(oldest)
    }
    if (!isFresh) setImmediate(write, id, new Date(now).toISOString())
  }
}

/** What a listener throws must not end the process. */
function tell(onError: (error: unknown) => void, error: unknown): void {
  try {
    onError(error)
  } catch (thrown) {
    console.error('seaworthy: onError of API keys threw', thrown)
  }
}
