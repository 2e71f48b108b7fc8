import { randomBytes } from 'node:crypto'
import { isPromise, parseDuration, type Duration, type MaybePromise } from '@seaworthy/middleware'
import { ApiKeyError } from './api-key-error.ts'
import { iso, lastTime, readInput, type ApiKeyGrant, type ApiKeyInput } from './api-key-input.ts'
import type { ApiKeyVerification } from './api-key-options.ts'
import type { ApiKey, ApiKeyHolder, ApiKeyRecord } from './api-key-record.ts'
import { systemClock } from './clock.ts'
import { digestWith } from './digest-key.ts'
import { checkPrefix, hintOf, makeKey, randomDigits, type RandomBytes } from './key-text.ts'
import { keyVerifier, withoutDigest, type KnownKey } from './key-verifier.ts'
import type { ApiKeyRefusal } from './refusal.ts'
import { changed } from './store-changes.ts'

/** Settings of {@link createApiKeys}. */
export interface ApiKeysOptions extends ApiKeyVerification {
  /** Where randomness comes from. @default `randomBytes` of `node:crypto` */
  readonly random?: RandomBytes
}

/** A key that was made. */
export interface CreatedApiKey {
  /** The key itself. It is shown this once, and kept nowhere. */
  readonly key: string
  readonly apiKey: ApiKey
}

/** Whose key it has to be. Give it where the id comes from a request. */
export interface OfHolder {
  /** An owner outside of any tenant, or an owner within one. A key of somebody else counts as unknown. */
  readonly of?: string | ApiKeyHolder
}

/** What became of a key: what is known of it, or why it is refused, which its sender should not be told. */
export type ApiKeyVerdict = { readonly apiKey: ApiKey } | { readonly refused: ApiKeyRefusal }

/** The administration of keys. */
export interface ApiKeys {
  /**
   * Makes a key.
   *
   * @param input - What the caller may choose. Other members are not looked at: the body of a request will do.
   * @param grant - What only the service decides.
   * @throws {ApiKeyError} `ERR_API_KEY_INPUT` when something cannot be used, and `ERR_API_KEY_COLLISION` when the
   *   randomness repeats itself.
   */
  create(input: ApiKeyInput, grant: ApiKeyGrant): Promise<CreatedApiKey>
  /**
   * Makes a key with a new id and secret and the same configuration, and ends the old one after the grace, or at its own
   * expiry when that is sooner. Of two rotations of one key at once, one wins.
   *
   * @throws {ApiKeyError} `ERR_API_KEY_UNKNOWN`, `ERR_API_KEY_REVOKED`, `ERR_API_KEY_EXPIRED`, or `ERR_API_KEY_ROTATED`
   *   when it was rotated before.
   */
  rotate(id: string, options: { readonly grace: Duration } & OfHolder): Promise<CreatedApiKey>
  /**
   * Ends a key at once, also in the caches of this process. A key that was revoked stays so. The key that rotation has
   * put in its place is another one.
   *
   * @throws {ApiKeyError} `ERR_API_KEY_UNKNOWN` when there is none.
   */
  revoke(id: string, options?: OfHolder): Promise<void>
  /** The keys of an owner, also those that have ended, oldest first. */
  list(holder: string | ApiKeyHolder): Promise<readonly ApiKey[]>
  /**
   * Verifies a key outside of a guard.
   *
   * @param from - The address that the key is used from. Without it, a key that is bound to addresses is refused.
   * @throws {ApiKeyError} `ERR_API_KEY_STORE` when the store fails.
   */
  verify(key: string, from?: { readonly address?: string }): MaybePromise<ApiKeyVerdict>
}

/** How often a new key is made anew when its id or digest is taken. */
const attempts = 3

/**
 * The administration of keys: give it the same store, prefix and pepper as the guard.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when an option cannot be kept.
 */
export function createApiKeys(options: ApiKeysOptions): ApiKeys {
  const { store, environment, clock = systemClock, random = randomBytes } = options
  const prefix = checkPrefix(options.prefix)
  const digestOf = digestWith(options.pepper)
  const verifier = keyVerifier(options, (apiKey) => ({ apiKey }))

  /** Makes keys until one could be added: 178 random bits do not repeat themselves, broken randomness does. */
  async function add(
    draft: Omit<ApiKeyRecord, 'id' | 'digest' | 'hint' | 'family'> & { readonly family?: string },
    insert: (record: ApiKeyRecord) => MaybePromise<boolean>,
  ): Promise<CreatedApiKey> {
    for (let i = 0; i < attempts; i++) {
      const key = makeKey(prefix, random)
      const id = randomDigits(22, random)
      const record = Object.freeze({ family: id, ...draft, id, digest: digestOf(key), hint: hintOf(prefix, key) })
      if (await insert(record)) return { key, apiKey: withoutDigest(record) }
    }
    throw new ApiKeyError(
      'ERR_API_KEY_COLLISION',
      'A new key was there already, again and again: see to the randomness.',
    )
  }

  async function create(input: ApiKeyInput, grant: ApiKeyGrant): Promise<CreatedApiKey> {
    const now = clock.now()
    const draft = readInput(input, grant, now)
    const own = environment === undefined ? {} : { environment }
    return add({ ...draft, ...own, createdAt: iso(now) }, (record) => store.insert(record))
  }

  async function rotate(id: string, { grace, of }: { readonly grace: Duration } & OfHolder): Promise<CreatedApiKey> {
    const now = clock.now()
    const endsAt = iso(Math.min(now + parseDuration(grace), lastTime))
    const old = await rotatable(id, of, now)
    const { replacedBy: _, lastUsedAt: __, ...configuration } = old
    return add({ ...configuration, createdAt: iso(now) }, async (successor) => {
      const isReplaced = await store.replace(id, endsAt, successor)
      // Who has lost a race is told of it here.
      if (!isReplaced) await rotatable(id, of, now)
      return isReplaced
    }).finally(() => changed(store, id))
  }

  async function rotatable(id: string, of: OfHolder['of'], now: number): Promise<ApiKeyRecord> {
    const record = await existing(id, of)
    if (record.revokedAt !== undefined) throw ended('REVOKED', 'was revoked')
    if (record.replacedBy !== undefined) throw ended('ROTATED', 'was rotated: rotate the one in its place')
    if (record.expiresAt !== undefined && !(now < Date.parse(record.expiresAt))) throw ended('EXPIRED', 'has expired')
    return record
  }

  async function revoke(id: string, { of }: OfHolder = {}): Promise<void> {
    if (of !== undefined || !isId(id)) await existing(id, of)
    try {
      if (!(await store.update(id, { revokedAt: iso(clock.now()) }))) throw unknownKey()
    } finally {
      // Also when the store has failed: it may have done it all the same.
      changed(store, id)
    }
  }

  async function existing(id: string, of: OfHolder['of']): Promise<ApiKeyRecord> {
    const record = isId(id) ? await store.get(id) : undefined
    if (!record || (of !== undefined && !isOf(record, holderOf(of)))) throw unknownKey()
    return record
  }

  function verify(key: string, { address }: { readonly address?: string } = {}): MaybePromise<ApiKeyVerdict> {
    const known = verifier.verify({ key, digest: undefined, id: undefined }, { client: address })
    return isPromise(known) ? known.then(verdictOf) : verdictOf(known)
  }

  return {
    create,
    rotate,
    revoke,
    list: async (holder) => (await store.list(holderOf(holder))).map(withoutDigest),
    verify,
  }
}

function verdictOf(known: KnownKey<{ readonly apiKey: ApiKey }> | ApiKeyRefusal): ApiKeyVerdict {
  return typeof known === 'string' ? { refused: known } : known.value
}

function holderOf(holder: string | ApiKeyHolder): ApiKeyHolder {
  return typeof holder === 'string' ? { owner: holder } : holder
}

function isOf(record: ApiKeyRecord, { owner, tenant }: ApiKeyHolder): boolean {
  return record.owner === owner && record.tenant === tenant
}

/** Whether stores can look for it: it may come from the path of a request, with U+0000 in it. */
function isId(id: string): boolean {
  return typeof id === 'string' && id.length <= 200 && !id.includes('\0') && id.isWellFormed()
}

function unknownKey(): ApiKeyError {
  return new ApiKeyError('ERR_API_KEY_UNKNOWN', 'There is no key with this id.')
}

function ended(code: 'REVOKED' | 'ROTATED' | 'EXPIRED', how: string): ApiKeyError {
  return new ApiKeyError(`ERR_API_KEY_${code}`, `The key cannot be rotated: it ${how}.`)
}
