import { steadyClock, type Clock } from '@seaworthy/jwt/metadata'
import { OAuth2Error } from '../oauth2-error.ts'
import type { SessionStore } from './session-store.ts'

/** Settings of {@link memoryStore}. */
export interface SessionMemoryStoreOptions {
  /** How many values are kept at once, of about 4 KB each. The next login is refused with 503. @default 10_000 */
  readonly max?: number
  /** Where the time comes from. @default a clock of the machine that never goes back */
  readonly clock?: Clock
}

/** Sessions in this process. */
export interface SessionMemoryStore extends SessionStore {
  /** How many values are kept. */
  readonly size: number
}

interface Entry {
  readonly value: string
  readonly tags: readonly string[]
  end: number
}

/**
 * Keeps sessions in the memory of this process: for one process, as they end with it. No timer runs: what is over goes
 * when it is read, and when the room is needed.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when `max` is no whole number from 1.
 */
export function memoryStore(options: SessionMemoryStoreOptions = {}): SessionMemoryStore {
  const { max = 10_000, clock = steadyClock } = options
  if (!Number.isSafeInteger(max) || max < 1) throw new OAuth2Error('ERR_OAUTH2_OPTION', 'max is a whole number from 1.')
  const entries = new Map<string, Entry>()
  const tagged = new Map<string, Set<string>>()

  function find(key: string): Entry | undefined {
    const entry = entries.get(key)
    if (!entry || clock.now() < entry.end) return entry
    remove(key)
    return undefined
  }

  function remove(key: string): void {
    const entry = entries.get(key)
    entries.delete(key)
    for (const tag of entry?.tags ?? []) {
      const keys = tagged.get(tag)
      keys?.delete(key)
      if (keys?.size === 0) tagged.delete(tag)
    }
  }

  function put(key: string, value: string, ttl: number, tags: readonly string[]): void {
    remove(key)
    if (entries.size >= max) forgetPast()
    // To forget a session that is still good would sign somebody out.
    if (entries.size >= max) throw new OAuth2Error('ERR_OAUTH2_STORE', 'The memory for sessions is full.')
    entries.set(key, { value, tags, end: clock.now() + ttl })
    for (const tag of tags) {
      const keys = tagged.get(tag) ?? new Set()
      tagged.set(tag, keys.add(key))
    }
  }

  function forgetPast(): void {
    for (const key of entries.keys()) find(key)
  }

  function read(key: string, ttl: number): string | undefined {
    const entry = find(key)
    if (entry) entry.end = clock.now() + ttl
    return entry?.value
  }

  function replace(key: string, value: string, ttl: number): boolean {
    const entry = find(key)
    if (entry) put(key, value, ttl, entry.tags)
    return entry !== undefined
  }

  function putIfAbsent(key: string, value: string, ttl: number): boolean {
    if (find(key)) return false
    put(key, value, ttl, [])
    return true
  }

  function deleteTagged(tag: string): void {
    for (const key of [...(tagged.get(tag) ?? [])]) remove(key)
  }

  return {
    read,
    put,
    replace,
    putIfAbsent,
    delete: remove,
    deleteTagged,
    get size() {
      return entries.size
    },
  }
}
