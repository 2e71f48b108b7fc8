import { memoryStore, rateLimit, redisStore, type RateLimiter } from '@seaworthy/rate-limit'
import type { Redis } from 'ioredis'

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
}

/** The limits of a service, counted in Redis for all its instances, or in the memory of this one. */
export function openLimits(service: string, settings: LimitSettings, redis: Redis | undefined): Limits {
  // While Redis fails requests pass uncounted: a shop stays open.
  const counted = { store: redis ? redisStore(redis) : memoryStore(), onStoreError: 'allow' } as const
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
