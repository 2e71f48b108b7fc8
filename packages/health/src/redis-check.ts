import { isRedisClient, type RedisClient, redisCommand } from '@seaworthy/middleware/redis'
import { type BuiltInCheck, builtInCheck } from './check.ts'
import { HealthError } from './health-error.ts'

/**
 * Checks that Redis or Valkey answers `PING`, through the client that the service itself uses.
 *
 * @param client - A client of `ioredis`, of `redis` (node-redis), or Bun's `RedisClient`.
 * @throws {HealthError} `ERR_HEALTH_OPTION` when it is none of them.
 */
export function redisCheck(client: RedisClient): BuiltInCheck {
  if (!isRedisClient(client)) {
    const cure = 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.'
    throw new HealthError('ERR_HEALTH_OPTION', `redisCheck cannot ask this. ${cure}`)
  }
  return builtInCheck(async () => void (await redisCommand(client, 'PING')), 'datastore')
}
