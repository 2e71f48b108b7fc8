import type { Duration } from '@seaworthy/middleware'
import type { RedisClient } from '@seaworthy/middleware/redis'
import { redisSender } from '../redis-sender.ts'
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
  const send = redisSender(client, options.timeout ?? '250ms')
  return {
    async putIfAbsent(id, ttl) {
      return (await send('SET', `${prefix}:${id}`, '1', 'NX', 'PX', Math.ceil(ttl))) === 'OK'
    },
  }
}
