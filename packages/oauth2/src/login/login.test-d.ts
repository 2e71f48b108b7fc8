import { any, optional, type Authenticator, type Principal } from '@seaworthy/security'
import { z } from 'zod'
import { oidcLogin, redisStore, type LoginClaims, type OidcLogin } from '../login.ts'

const options = {
  issuer: 'https://id.test',
  clientId: 'web',
  clientAuth: { method: 'none' },
  session: { keys: 'a key' },
} as const

const plain: OidcLogin<'login', LoginClaims, never> = oidcLogin(options)
export const subject = (request: Request): string => plain.principal(request).claims.sub

const typed = oidcLogin({
  ...options,
  name: 'staff',
  scopes: { 'orders:read': 'Reads orders' },
  claims: z.object({ role: z.enum(['admin', 'user']) }),
  grants: ({ role }) => (role === 'admin' ? ['orders:read'] : []),
})
export const authenticator: Authenticator<Principal<'staff', { role: 'admin' | 'user' }>, 'orders:read'> = typed
export const role = (request: Request): 'admin' | 'user' => typed.scopes('orders:read').principal(request).claims.role
export const token = (request: Request): Promise<string> => typed.accessToken(request)
export const either = any(plain, typed)
export const maybe = (request: Request): string | undefined => optional(plain).principal(request)?.subject

// @ts-expect-error the scope is not declared
typed.scopes('orders:write')
// @ts-expect-error no scope is declared
plain.scopes('orders:read')
// @ts-expect-error only declared scopes are granted
oidcLogin({ ...options, scopes: { read: 'Reads' }, grants: () => ['write'] })
// @ts-expect-error the client shows who it is
oidcLogin({ issuer: 'https://id.test', clientId: 'web', session: { keys: 'a key' } })
// @ts-expect-error a key is needed
oidcLogin({ ...options, session: {} })
// @ts-expect-error not a client of Redis
redisStore('redis://localhost')
