import { type Duration, parseDuration } from '@seaworthy/middleware'
import { isRedisClient, type RedisClient, redisCommand } from '@seaworthy/middleware/redis'
import { OAuth2Error } from './oauth2-error.ts'

/** Sends a command, and gives the reply. Rejects when it fails or does not come in time. */
export type RedisSender = (command: string, ...args: readonly (string | number)[]) => Promise<unknown>

/**
 * The way of a store to its Redis.
 *
 * @param timeout - How long a reply is waited for.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is no client, and for a timeout below a millisecond.
 */
export function redisSender(client: RedisClient, timeout: Duration): RedisSender {
  const ms = parseDuration(timeout)
  if (!isRedisClient(client)) {
    throw unusable('client', 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.')
  }
  if (ms < 1) throw unusable('timeout', "Use at least a millisecond, such as '250ms'.")
  return (command, ...args) => withinTimeout(redisCommand(client, command, ...args), ms)
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
