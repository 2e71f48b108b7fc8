import { type Duration, parseDuration } from '@seaworthy/middleware'
import { isRedisClient, type RedisClient, redisCommand } from '@seaworthy/middleware/redis'
import type { Quota } from './policy.ts'
import { invalidOption, RateLimitError } from './rate-limit-error.ts'
import { redisScript, redisScriptSha } from './redis-script.ts'
import type { RemoteStore, StoreReading } from './store.ts'

/** Settings of {@link redisStore}. */
export interface RedisStoreOptions {
  /** What every key begins with. @default 'seaworthy:rate-limit' */
  readonly prefix?: string
  /** How long an answer is waited for. After it `onStoreError` decides. @default '250ms' */
  readonly timeout?: Duration
}

/**
 * Counts in Redis or Valkey, for all processes together: one round trip for a decision, however many policies it has,
 * made in one step by the server's own clock.
 *
 * @param client - A client of `ioredis`, of `redis` (node-redis), or Bun's `RedisClient`. It may be shared with the
 *   rest of the service. Of Redis 5 or later, or any Valkey.
 * @throws {RateLimitError} `ERR_RATE_LIMIT_OPTION` when an option cannot be kept.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RemoteStore {
  const { prefix = 'seaworthy:rate-limit' } = options
  const timeout = parseDuration(options.timeout ?? '250ms')
  if (!isRedisClient(client)) {
    throw invalidOption('client', 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.')
  }
  if (typeof prefix !== 'string' || /[{}]/.test(prefix)) throw invalidOption('prefix', 'Use text without braces.')
  if (timeout < 1) throw invalidOption('timeout', "Use at least a millisecond, such as '250ms'.")

  async function take(subject: string, quotas: readonly Quota[], cost: number): Promise<StoreReading> {
    // The braces are a hash tag: in a cluster all keys of a subject live on one node.
    const keys = quotas.map(({ id }) => `${prefix}:{${subject}}:${id}`)
    const numbers = quotas.flatMap(({ limit, window, capacity }) => [limit, window, capacity])
    return readingOf(await evaluate(client, [keys.length, ...keys, cost, ...numbers]), quotas.length)
  }

  return { timeout, take }
}

/** Redis forgets scripts when it restarts or fails over: then it is shown the script again. */
async function evaluate(client: RedisClient, parameters: readonly (string | number)[]): Promise<unknown> {
  try {
    return await redisCommand(client, 'EVALSHA', redisScriptSha, ...parameters)
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
    return redisCommand(client, 'EVAL', redisScript, ...parameters)
  }
}

function readingOf(reply: unknown, quotas: number): StoreReading {
  if (Array.isArray(reply) && reply.length === quotas + 2) {
    const [allowed, now, ...levels] = reply.map(Number)
    if (now !== undefined && [now, ...levels].every(Number.isSafeInteger))
      return { allowed: allowed === 1, now, levels }
  }
  throw new RateLimitError('ERR_RATE_LIMIT_STORE', 'Redis gave an answer that is none of the script.')
}
