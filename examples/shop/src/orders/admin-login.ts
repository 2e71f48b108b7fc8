import type { Config } from '@seaworthy/config'
import { isDevelopment } from '@seaworthy/middleware'
import { memoryStore, oidcLogin, redisStore } from '@seaworthy/oauth2/login'
import { allowInsecure } from '@seaworthy/security'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { developmentSessionKey } from '../shared/development-secrets.ts'
import { StartError } from '../shared/start-error.ts'
import type { spec } from './config.ts'
import type { oidcClient } from './oidc-client.ts'

const claims = z.object({ name: z.string().optional(), roles: z.array(z.string()).optional() })

/**
 * Logs people in by their browsers. Who has the role of an admin has the scope `admin`.
 *
 * @throws {StartError} In production without `ORDERS_SESSION_KEYS`.
 */
export function adminLogin(cfg: Config<typeof spec>, client: ReturnType<typeof oidcClient>, redis: Redis | undefined) {
  const store = redis ? redisStore(redis) : isDevelopment() ? memoryStore() : undefined
  return oidcLogin({
    ...client,
    scope: 'openid profile',
    realm: 'shop',
    [allowInsecure]: cfg.plainHttp,
    scopes: { admin: 'Administers the shop' },
    claims,
    grants: ({ roles = [] }) => (roles.includes(cfg.adminRole) ? ['admin'] : []),
    // Without Redis, sessions in production are in their cookies: every instance can read them.
    session: { keys: sessionKeys(cfg), ...(store && { store }) },
    afterLogout: '/goodbye',
    // In development it is whatever name this machine was called by.
    ...(cfg.publicUrl !== undefined && { publicUrl: cfg.publicUrl }),
  })
}

function sessionKeys({ sessionKeys, developmentFolder }: Config<typeof spec>): readonly string[] {
  if (sessionKeys !== undefined) return sessionKeys.reveal().split(/\s+/)
  if (isDevelopment()) return [developmentSessionKey(developmentFolder)]
  throw new StartError(
    'In production the sessions of people need a key: set ORDERS_SESSION_KEYS, such as to what `openssl rand -base64 32` gives.',
  )
}
