import type { Secret } from '@seaworthy/config'
import { memoryStore, rateLimit, redisStore, type RateLimiter, type RateLimitStore } from '@seaworthy/rate-limit'
import type { Lifecycle } from '@seaworthy/shutdown'
import { Redis } from 'ioredis'

/** How often, in a minute. */
export interface Limits {
  /** Anybody, by the address: before it is known who is calling. */
  readonly byAddress: RateLimiter
  /** Whoever was let in, by who it is. What is open to everybody has no caller. */
  readonly byCaller: RateLimiter
  /** Bad credentials, by the address. */
  readonly failures: RateLimiter
}

export interface LimitSettings {
  readonly perAddress: number
  readonly perCaller: number
  readonly failures: number
  readonly redisUrl: Secret<string> | undefined
}

/** The limits of a service, counted in Redis for all its instances, or in the memory of this one. */
export function openLimits(service: string, settings: LimitSettings, life: Lifecycle): Limits {
  // While Redis fails requests pass uncounted: a shop stays open.
  const counted = { store: openStore(settings.redisUrl, life), onStoreError: 'allow' } as const
  const perMinute = (name: string, limit: number) => [{ name, limit, window: '1m' }] as const
  return {
    byAddress: rateLimit({
      ...counted,
      name: `${service}.address`,
      by: 'address',
      policies: perMinute('per-address', settings.perAddress),
    }),
    byCaller: rateLimit({
      ...counted,
      name: `${service}.caller`,
      by: (x) => x.caller?.id,
      policies: perMinute('per-caller', settings.perCaller),
    }),
    failures: rateLimit({
      ...counted,
      name: `${service}.failures`,
      by: 'address',
      policies: perMinute('failures', settings.failures),
    }),
  }
}

function openStore(url: Secret<string> | undefined, life: Lifecycle): RateLimitStore {
  if (!url) return memoryStore()
  // A command that cannot be sent at once is of no use later. What fails is told by the limiter.
  const redis = new Redis(url.reveal(), { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  redis.on('error', () => undefined)
  life.hook('redis', () => redis.disconnect())
  return redisStore(redis)
}
