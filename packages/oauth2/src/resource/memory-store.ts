import { steadyClock, type Clock } from '@seaworthy/jwt/metadata'
import { OAuth2Error } from '../oauth2-error.ts'
import type { ReplayStore } from './replay-store.ts'

/** Settings of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many ids are remembered at once, about 150 bytes each. The next one is refused with 503. @default 500_000 */
  readonly max?: number
  /** Where the time comes from. @default a clock of the machine that never goes back */
  readonly clock?: Clock
}

/** Remembers in this process. */
export interface MemoryStore extends ReplayStore {
  putIfAbsent(id: string, ttl: number): boolean
  /** How many ids are remembered. */
  readonly size: number
}

/**
 * Remembers used proofs in the memory of this process: a proof that one process has seen is unknown to the others. No
 * timer runs: ids that are over go when others come.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when `max` is no whole number from 1.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { max = 500_000, clock = steadyClock } = options
  if (!Number.isSafeInteger(max) || max < 1) throw new OAuth2Error('ERR_OAUTH2_OPTION', 'max is a whole number from 1.')
  const ends = new Map<string, number>()

  /** Ids of one guard all live equally long, so that the first to come is the first to go. */
  function forgetPast(now: number): void {
    for (const [id, end] of ends) {
      if (end > now) return
      ends.delete(id)
    }
  }

  function putIfAbsent(id: string, ttl: number): boolean {
    const now = clock.now()
    forgetPast(now)
    if ((ends.get(id) ?? 0) > now) return false
    // To forget one that still counts would let its proof in again.
    if (ends.size >= max) throw new OAuth2Error('ERR_OAUTH2_STORE', 'The memory for used proofs is full.')
    ends.delete(id)
    ends.set(id, now + ttl)
    return true
  }

  return {
    putIfAbsent,
    get size() {
      return ends.size
    },
  }
}
