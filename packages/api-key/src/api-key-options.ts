import type { Duration, Limiter } from '@seaworthy/middleware'
import type { SchemeOptions } from '@seaworthy/security'
import type { ApiKey } from './api-key-record.ts'
import type { ApiKeyStore } from './api-key-store.ts'
import type { Clock } from './clock.ts'
import type { ApiKeyCacheOptions } from './key-cache.ts'
import type { KeyPlace } from './key-place.ts'

/** What keys are verified by. The guard and the administration are given the same. */
export interface ApiKeyVerification {
  /** Where keys are kept: `memoryStore()`, `sqlStore()`, `redisStore()` or one of your own. */
  readonly store: ApiKeyStore
  /** What every key begins with, such as `acme_live`: the service, and the environment. */
  readonly prefix: string
  /**
   * A secret of the service, of at least 16 bytes, without which digests in the store cannot be matched with keys.
   * When it changes, all keys are void.
   *
   * @default none
   */
  readonly pepper?: string | Uint8Array
  /** The environment. Keys that are for another one, or for any one when there is none here, are refused. */
  readonly environment?: string
  /** The shortest time between two writes of a key's `lastUsedAt`; `false` for none at all. @default '1m' */
  readonly touchEvery?: Duration | false
  /** Told when `lastUsedAt` could not be written. @default one line on `console.error` for each outage */
  onError?(error: unknown): void
  /** How long the store may take to find a key. After it the answer is 503. @default '2s' */
  readonly timeout?: Duration
  /** What times are compared with. @default the system's clock */
  readonly clock?: Clock
}

/** Settings of `apiKey()`. */
export interface ApiKeyOptions<N extends string = 'apiKey', S extends string = never>
  extends SchemeOptions<N, S>, ApiKeyVerification {
  /**
   * Where keys are looked for. A key in two places is refused.
   *
   * @default [{ header: 'x-api-key' }, { authorization: 'ApiKey' }]
   */
  readonly in?: KeyPlace | readonly KeyPlace[]
  /**
   * Limits what each key may do: one for all, or chosen by the key, such as by its `limits`. It is asked once a
   * request, after the key was verified, by the key's `family`.
   */
  readonly limits?: Limiter | ((key: ApiKey) => Limiter | undefined)
  /** Keeps verified keys, so that the store is not asked for each request. @default none */
  readonly cache?: ApiKeyCacheOptions | boolean
}
