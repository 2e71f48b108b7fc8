import type { Limiter, Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { memoryStore, rateLimit, type RateLimiter, redisStore } from './index.ts'

const policies = [{ name: 'p', limit: 100, window: '1m' }] as const
const redis = redisStore({ call: async () => null })
const store = Math.random() > 0.5 ? redis : memoryStore()

export const limiter: RateLimiter = rateLimit({ name: 'it', by: 'address', policies })
export const roles: readonly [Middleware, Limiter] = [limiter, limiter]
export const app: Hono = new Hono().use(limiter).get('/', limiter, (c) => c.text('hello'))

rateLimit({ name: 'it', by: (x) => x.header('x-tenant'), policies, store: redis, onStoreError: 'deny' })
rateLimit({ name: 'it', by: 'caller', policies, store, onStoreError: 'allow' })
rateLimit({ name: 'it', by: 'caller', policies, store: memoryStore() })

// @ts-expect-error What happens in an outage of Redis is a choice.
rateLimit({ name: 'it', by: 'address', policies, store: redis })
// @ts-expect-error A store that may be Redis needs the choice as well.
rateLimit({ name: 'it', by: 'address', policies, store })
// @ts-expect-error It has to have a name.
rateLimit({ by: 'address', policies })
// @ts-expect-error A window is a duration.
rateLimit({ name: 'it', by: 'address', policies: [{ name: 'p', limit: 1, window: 'a minute' }] })
// @ts-expect-error Keys are text.
rateLimit({ name: 'it', by: () => 7, policies })
