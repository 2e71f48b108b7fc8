import type { MaybePromise } from '@seaworthy/middleware'

/**
 * Where sessions are kept on the server: values by key, each with a life of its own. Keys are digests and values are
 * encrypted, so that nothing can be read from a store. What a store throws is answered with 503, and lets nobody in.
 * Lives are milliseconds.
 */
export interface SessionStore {
  /** The value, whose life begins anew; `undefined` when there is none. */
  read(key: string, ttl: number): MaybePromise<string | undefined>
  /** Keeps a value, which {@link deleteTagged} also finds by its tags. */
  put(key: string, value: string, ttl: number, tags: readonly string[]): MaybePromise<void>
  /** Keeps a value in place of the one that is there, in one step. Says whether there was one. */
  replace(key: string, value: string, ttl: number): MaybePromise<boolean>
  /** Keeps a value unless there is one, in one step: of two callers at once, one is told `true`. */
  putIfAbsent(key: string, value: string, ttl: number): MaybePromise<boolean>
  delete(key: string): MaybePromise<void>
  /** Deletes all that was put with a tag. */
  deleteTagged(tag: string): MaybePromise<void>
}
