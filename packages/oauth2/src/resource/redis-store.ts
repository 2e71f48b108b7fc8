import { type Duration, parseDuration } from '@seaworthy/middleware'
import { isRedisClient, type RedisClient, redisCommand } from '@seaworthy/middleware/redis'
import { OAuth2Error } from '../oauth2-error.ts'
import type { ReplayStore } from './replay-store.ts'

/** Settings of {@link redisStore}. */
export interface RedisStoreOptions {
  /** What every key begins with. @default 'seaworthy:dpop' */
  readonly prefix?: string
  /** How long an answer is waited for. After it the request is refused with 503. @default '250ms' */
  readonly timeout?: Duration
}

/**
 * Remembers used proofs in Redis or Valkey, for all processes together: one `SET … NX PX` for each.
 *
 * @param client - A client of `ioredis`, of `redis` (node-redis), or Bun's `RedisClient`. It may be shared with the
 *   rest of the service.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is no client, and for a timeout below a millisecond.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): ReplayStore {
  const { prefix = 'seaworthy:dpop' } = options
  const timeout = parseDuration(options.timeout ?? '250ms')
  if (!isRedisClient(client)) {
    throw unusable('client', 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.')
  }
  if (timeout < 1) throw unusable('timeout', "Use at least a millisecond, such as '250ms'.")

  return {
    async putIfAbsent(id, ttl) {
      const reply = redisCommand(client, 'SET', `${prefix}:${id}`, '1', 'NX', 'PX', Math.ceil(ttl))
      return (await withinTimeout(reply, timeout)) === 'OK'
    },
  }
}

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
