import type { MaybePromise } from '@seaworthy/middleware'

/** Where the proofs that were used are remembered, so that none is good twice. */
export interface ReplayStore {
  /**
   * Remembers an id for a time, in one step: of two callers at once, one is told `true`. What it throws is answered
   * with 503, and lets nobody in.
   *
   * @param id - A digest: nothing of the proof can be read from it.
   * @param ttl - Milliseconds.
   * @returns Whether the id was not there yet.
   */
  putIfAbsent(id: string, ttl: number): MaybePromise<boolean>
}
