import { type Duration, parseDuration } from '@seaworthy/middleware'
import { isRedisClient, type RedisClient, redisCommand } from '@seaworthy/middleware/redis'
import { OAuth2Error } from '../oauth2-error.ts'
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
  const timeout = parseDuration(options.timeout ?? '1s')
  if (!isRedisClient(client)) {
    throw unusable('client', 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.')
  }
  if (timeout < 1) throw unusable('timeout', "Use at least a millisecond, such as '1s'.")
  const keyOf = (key: string): string => `${prefix}:${key}`
  const tagOf = (tag: string): string => `${prefix}:tag:${tag}`
  const send = (command: string, ...args: readonly (string | number)[]): Promise<unknown> =>
    withinTimeout(redisCommand(client, command, ...args), timeout)
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

async function withinTimeout(reply: Promise<unknown>, timeout: number): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = new OAuth2Error('ERR_OAUTH2_STORE', `Redis did not answer within ${timeout} ms.`)
  const timer = setTimeout(() => reject(late), timeout)
  try {
    return await Promise.race([reply, promise])
  } finally {
    clearTimeout(timer)
  }
}

function unusable(option: string, cure: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `${option} cannot be used. ${cure}`)
}
