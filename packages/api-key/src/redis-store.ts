import { isRedisClient, redisCommand, type RedisClient } from '@seaworthy/middleware/redis'
import { invalidOption } from './api-key-error.ts'
import type { ApiKeyHolder, ApiKeyRecord } from './api-key-record.ts'
import type { ApiKeyStore } from './api-key-store.ts'
import { readJson, readRecord } from './read-record.ts'
import { insertScript, replaceScript, updateScript } from './redis-scripts.ts'

/** Settings of {@link redisStore}. */
export interface RedisStoreOptions {
  /** What every key of Redis begins with. @default 'seaworthy:api-key' */
  readonly prefix?: string
}

/** What changes in a key: each is a field of its hash beside `record`, which has the rest. */
const fields = ['expiresAt', 'revokedAt', 'lastUsedAt', 'replacedBy'] as const

/**
 * Keeps keys in Redis or Valkey: one command finds a key. Have Redis keep its data on disk, and evict nothing.
 *
 * @param client - A client of `ioredis`, of `redis` (node-redis), or Bun's `RedisClient`.
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when an option cannot be kept.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): ApiKeyStore {
  const { prefix = 'seaworthy:api-key' } = options
  if (!isRedisClient(client)) {
    throw invalidOption('client', 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.')
  }
  if (typeof prefix !== 'string' || /[{}]/.test(prefix)) throw invalidOption('prefix', 'Use text without braces.')
  // The braces are a hash tag: in a cluster all keys live on one node, which scripts need.
  const key = (kind: 'digest' | 'id' | 'holder', name: string): string => `{${prefix}}:${kind}:${name}`

  async function find(digest: string): Promise<ApiKeyRecord | undefined> {
    const values = await redisCommand(client, 'HMGET', key('digest', digest), 'record', ...fields)
    const [record, ...changes] = Array.isArray(values) ? values : []
    if (record == null) return undefined
    const members: Record<string, unknown> = { ...readJson(record) }
    fields.forEach((field, index) => {
      members[field] = changes[index]
    })
    return readRecord(members)
  }

  async function digestOf(id: string): Promise<string | undefined> {
    const digest = await redisCommand(client, 'GET', key('id', id))
    return typeof digest === 'string' ? digest : undefined
  }

  async function run(script: string, keys: readonly string[], ...args: readonly (string | number)[]): Promise<boolean> {
    return (await redisCommand(client, 'EVAL', script, keys.length, ...keys, ...args)) === 1
  }

  function insertion(record: ApiKeyRecord): { readonly keys: string[]; readonly args: (string | number)[] } {
    const { expiresAt = '', revokedAt: _, lastUsedAt: __, replacedBy: ___, ...fixed } = record
    return {
      keys: [key('digest', record.digest), key('id', record.id), key('holder', holderName(record))],
      args: [JSON.stringify(fixed), record.digest, Date.parse(record.createdAt), expiresAt],
    }
  }

  return {
    find,
    async get(id) {
      const digest = await digestOf(id)
      return digest === undefined ? undefined : find(digest)
    },
    insert(record) {
      const { keys, args } = insertion(record)
      return run(insertScript, keys, ...args)
    },
    async update(id, { revokedAt = '', lastUsedAt = '' }) {
      const digest = await digestOf(id)
      return digest !== undefined && run(updateScript, [key('digest', digest)], revokedAt, lastUsedAt)
    },
    async replace(id, endsAt, successor) {
      const digest = await digestOf(id)
      if (digest === undefined) return false
      const { keys, args } = insertion(successor)
      const ending = [successor.createdAt, endsAt, successor.id]
      return run(replaceScript, [...keys, key('digest', digest)], ...args, ...ending)
    },
    async list(holder) {
      const digests = await redisCommand(client, 'ZRANGE', key('holder', holderName(holder)), 0, -1)
      const records = await Promise.all((Array.isArray(digests) ? digests : []).map((digest) => find(String(digest))))
      return records.filter((record) => record !== undefined)
    },
  }
}

/** JSON keeps the parts apart: no owner can imitate another tenant's. */
function holderName({ owner, tenant }: ApiKeyHolder): string {
  return JSON.stringify([tenant ?? null, owner])
}
