import { isPromise, parseDuration, type MaybePromise } from '@seaworthy/middleware'
import { invalidOption } from './api-key-error.ts'
import type { ApiKeyVerification } from './api-key-options.ts'
import type { ApiKey, ApiKeyRecord } from './api-key-record.ts'
import type { ApiKeyStore } from './api-key-store.ts'
import { systemClock } from './clock.ts'
import { digestWith, isSameDigest } from './digest-key.ts'
import { judge, rulesOf, type Rules, type UsedFrom } from './judge.ts'
import { keyCache, type ApiKeyCacheOptions, type ApiKeyCacheStatistics } from './key-cache.ts'
import { checkPrefix, flawOf } from './key-text.ts'
import { lastUsed } from './last-used.ts'
import { readRecord } from './read-record.ts'
import type { ApiKeyRefusal } from './refusal.ts'
import { onChange } from './store-changes.ts'
import { storeFailed, within } from './within.ts'

/** A key as it was sent. */
export interface PresentedKey {
  readonly key: string
  /** Its digest, once `recall` has made it. */
  digest: string | undefined
  /** Its id, once it is known. */
  id: string | undefined
}

/** A key that is known, with what its user makes of it. */
export interface KnownKey<V> {
  readonly record: ApiKeyRecord
  readonly rules: Rules
  readonly apiKey: ApiKey
  readonly value: V
}

/** Verifies keys. It answers at once where the store does. */
export interface KeyVerifier<V> {
  /** A key that is in the cache, and may be used. */
  recall(presented: PresentedKey, from: UsedFrom): KnownKey<V> | undefined
  /** What is known of a key, or why it is refused. It throws or rejects with `ERR_API_KEY_STORE` when the store fails. */
  verify(presented: PresentedKey, from: UsedFrom): MaybePromise<KnownKey<V> | ApiKeyRefusal>
  /** How the cache does; `undefined` when there is none. */
  readonly statistics: ApiKeyCacheStatistics | undefined
}

/**
 * Makes a verifier.
 *
 * @param describe - Makes of a key what its user wants of it: once, where the record stays.
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when an option cannot be kept.
 */
export function keyVerifier<V>(
  options: ApiKeyVerification & { readonly cache?: ApiKeyCacheOptions | boolean },
  describe: (apiKey: ApiKey) => V,
): KeyVerifier<V> {
  const { clock = systemClock } = options
  const store = checkStore(options.store)
  const environment = checkEnvironment(options.environment)
  const flaw = flawOf(checkPrefix(options.prefix))
  const digestOf = digestWith(options.pepper)
  const timeout = timeoutOf(options)
  const noteUse = noteUseOf(options)
  const cache = cacheOf<KnownKey<V>>(options)
  const known = new WeakMap<ApiKeyRecord, KnownKey<V>>()
  if (cache) onChange(store, cache.forget)

  function recall(presented: PresentedKey, from: UsedFrom): KnownKey<V> | undefined {
    if (!cache || flaw(presented.key)) return undefined
    const now = clock.now()
    const kept = cache.find((presented.digest = digestOf(presented.key)), now)
    const verdict = kept && judged(kept, presented, from, now)
    return typeof verdict === 'string' ? undefined : verdict
  }

  function verify(presented: PresentedKey, from: UsedFrom): MaybePromise<KnownKey<V> | ApiKeyRefusal> {
    const wrong = flaw(presented.key)
    if (wrong) return wrong
    const digest = presented.digest ?? digestOf(presented.key)
    // What has its digest was looked for by `recall`.
    const kept = presented.digest === undefined ? cache?.find(digest, clock.now()) : undefined
    if (kept) return judged(kept, presented, from, clock.now())
    const generation = cache?.generation ?? 0
    const answer = find(digest)
    if (isPromise(answer)) {
      return within(answer, timeout).then((record) =>
        concluded(record && readKey(record, describe), digest, presented, from, generation),
      )
    }
    return concluded(answer && held(answer), digest, presented, from, generation)
  }

  /**
   * A store that answers at once has its records in memory, and hands out the same one again and again. One that can
   * still be changed is read each time.
   */
  function held(record: ApiKeyRecord): KnownKey<V> {
    const found = known.get(record)
    if (found) return found
    const key = readKey(record, describe)
    if (Object.isFrozen(record)) known.set(record, key)
    return key
  }

  function find(digest: string): MaybePromise<ApiKeyRecord | undefined> {
    try {
      return store.find(digest)
    } catch (error) {
      throw storeFailed('failed', error)
    }
  }

  function concluded(
    key: KnownKey<V> | undefined,
    digest: string,
    presented: PresentedKey,
    from: UsedFrom,
    generation: number,
  ): KnownKey<V> | ApiKeyRefusal {
    if (!key || !isSameDigest(key.record.digest, digest)) return 'unknown'
    const now = clock.now()
    const verdict = judged(key, presented, from, now)
    if (verdict === key) cache?.keep(digest, key, now, generation)
    return verdict
  }

  function judged(key: KnownKey<V>, presented: PresentedKey, from: UsedFrom, now: number): KnownKey<V> | ApiKeyRefusal {
    presented.id = key.record.id
    const refused = judge(key.record, key.rules, environment, now, from)
    if (refused) return refused
    noteUse?.(key.record, now)
    return key
  }

  return { recall, verify, statistics: cache?.statistics }
}

/** The store may be one of the service's own, which types alone do not keep from giving anything else. */
function readKey<V>(given: ApiKeyRecord, describe: (apiKey: ApiKey) => V): KnownKey<V> {
  const record = readRecord({ ...given })
  const apiKey = withoutDigest(record)
  return { record, rules: rulesOf(record), apiKey, value: describe(apiKey) }
}

/** What may be shown of a record. It cannot be changed. */
export function withoutDigest(record: ApiKeyRecord): ApiKey {
  const { digest: _, ...apiKey } = record
  const addresses = apiKey.addresses && { addresses: Object.freeze([...apiKey.addresses]) }
  return Object.freeze({ ...apiKey, ...addresses, scopes: Object.freeze([...apiKey.scopes]) })
}

function checkStore(store: ApiKeyStore): ApiKeyStore {
  const members = ['find', 'get', 'insert', 'update', 'replace', 'list'] as const
  if (typeof store === 'object' && store !== null && members.every((member) => typeof store[member] === 'function'))
    return store
  throw invalidOption('store', 'Use memoryStore(), sqlStore(pool), redisStore(client), or an ApiKeyStore of your own.')
}

function checkEnvironment(environment: string | undefined): string | undefined {
  if (environment === undefined || (typeof environment === 'string' && environment !== '')) return environment
  throw invalidOption('environment', "Use text such as 'live', or leave it out.")
}

function timeoutOf(options: ApiKeyVerification): number {
  const timeout = parseDuration(options.timeout ?? '2s')
  if (timeout < 1) throw invalidOption('timeout', "Use at least a millisecond, such as '2s'.")
  return timeout
}

function noteUseOf(options: ApiKeyVerification): ReturnType<typeof lastUsed> | undefined {
  const { store, touchEvery = '1m' } = options
  if (touchEvery === false) return undefined
  return lastUsed({ store, every: parseDuration(touchEvery), onError: options.onError?.bind(options) })
}

function cacheOf<T extends { readonly record: ApiKeyRecord }>({
  cache = false,
}: {
  readonly cache?: ApiKeyCacheOptions | boolean
}): ReturnType<typeof keyCache<T>> | undefined {
  return cache === false ? undefined : keyCache<T>(cache === true ? {} : cache)
}
