import type { MaybePromise } from '@seaworthy/middleware'
import type { ApiKeyChange, ApiKeyHolder, ApiKeyRecord } from './api-key-record.ts'

/**
 * Keeps keys. A store that answers at once returns values and not promises: a verified key then costs no turn of the
 * loop. What it throws is answered with 503.
 */
export interface ApiKeyStore {
  /** The key with this digest. Asked for every request: have an index. */
  find(digest: string): MaybePromise<ApiKeyRecord | undefined>
  /** The key with this id. */
  get(id: string): MaybePromise<ApiKeyRecord | undefined>
  /** Adds a key. `false`, and nothing is changed, when its id or its digest is taken. */
  insert(record: ApiKeyRecord): MaybePromise<boolean>
  /** Changes a key. `false` when there is none with this id. */
  update(id: string, change: ApiKeyChange): MaybePromise<boolean>
  /**
   * In one step: adds the successor, names it in the key's `replacedBy`, and moves the key's `expiresAt` to `endsAt`
   * unless it is sooner. `false`, and nothing is changed, when the key is not there, was replaced or revoked, had
   * expired when the successor was created, or when the successor's id or digest is taken. Of two at once, one wins.
   */
  replace(id: string, endsAt: string, successor: ApiKeyRecord): MaybePromise<boolean>
  /** The keys of exactly this holder, oldest first. Without a tenant: those without a tenant. */
  list(holder: ApiKeyHolder): MaybePromise<readonly ApiKeyRecord[]>
}
