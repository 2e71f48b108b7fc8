import type { Duration } from '@seaworthy/middleware'
import type { RedisClient } from '@seaworthy/middleware/redis'
import { redisSender } from '../redis-sender.ts'
import type { SessionStore } from './session-store.ts'

/** Settings of {@link redisStore}. */
export interface SessionRedisStoreOptions {
  /** What every key begins with. @default 'seaworthy:login' */
  readonly prefix?: string
  /** How long an answer is waited for. After it the request is refused with 503. @default '1s' */
  readonly timeout?: Duration
}

/**
 * Keeps sessions in Redis from 6.2 or Valkey, for all processes together. One command for each request.
 *
 * @param client - A client of `ioredis`, of `redis` (node-redis), or Bun's `RedisClient`. It may be shared with the
 *   rest of the service.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is no client, and for a timeout below a millisecond.
 */
export function redisStore(client: RedisClient, options: SessionRedisStoreOptions = {}): SessionStore {
  const { prefix = 'seaworthy:login' } = options
  const send = redisSender(client, options.timeout ?? '1s')
  const keyOf = (key: string): string => `${prefix}:${key}`
  const tagOf = (tag: string): string => `${prefix}:tag:${tag}`
  const life = (ttl: number): number => Math.max(1, Math.ceil(ttl))

  return {
    async read(key, ttl) {
      const value = await send('GETEX', keyOf(key), 'PX', life(ttl))
      return typeof value === 'string' ? value : undefined
    },
    async put(key, value, ttl, tags) {
      for (const tag of tags) {
        // First, so that no session is without its tag.
        await send('SADD', tagOf(tag), key)
        await send('PEXPIRE', tagOf(tag), longestTag)
      }
      await send('SET', keyOf(key), value, 'PX', life(ttl))
    },
    async replace(key, value, ttl) {
      return (await send('SET', keyOf(key), value, 'XX', 'PX', life(ttl))) === 'OK'
    },
    async putIfAbsent(key, value, ttl) {
      return (await send('SET', keyOf(key), value, 'NX', 'PX', life(ttl))) === 'OK'
    },
    async delete(key) {
      await send('DEL', keyOf(key))
    },
    async deleteTagged(tag) {
      const keys = await send('SMEMBERS', tagOf(tag))
      for (const key of Array.isArray(keys) ? keys : []) {
        await send('DEL', keyOf(String(key)))
        // One that was added meanwhile stays.
        await send('SREM', tagOf(tag), String(key))
      }
    },
  }
}

/** A tag outlives every session: 30 days, counted from the last login. */
const longestTag = 30 * 86_400_000
