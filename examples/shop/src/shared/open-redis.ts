import type { Secret } from '@seaworthy/config'
import type { Lifecycle } from '@seaworthy/shutdown'
import { Redis } from 'ioredis'

/** The client of `REDIS_URL`; `undefined` without it. It is closed with the service. */
export function openRedis(
  { redisUrl }: { readonly redisUrl: Secret<string> | undefined },
  life: Lifecycle,
): Redis | undefined {
  if (!redisUrl) return undefined
  // A command that cannot be sent at once is of no use later. What fails is told by who has asked.
  const redis = new Redis(redisUrl.reveal(), { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  redis.on('error', () => undefined)
  life.hook('redis', () => redis.disconnect())
  return redis
}
