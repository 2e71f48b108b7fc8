import type { Authenticator, Principal } from '@seaworthy/security'
import { z } from 'zod'
import { jwt, type JwtClaims } from './index.ts'

const common = { issuer: 'https://id.test', audience: 'https://api.test' }

/** A schema types the claims; name and scopes are inferred. */
const typed = jwt({
  ...common,
  name: 'api',
  scopes: { 'orders:read': 'Reads', 'orders:write': 'Writes' },
  claims: z.object({ role: z.enum(['admin', 'user']) }),
})
typed satisfies Authenticator<Principal<'api', { role: 'admin' | 'user' }>, 'orders:read' | 'orders:write'>
const role: 'admin' | 'user' = typed.principal(new Request('https://api.test')).claims.role
const name: 'api' = typed.scheme
typed.scopes('orders:read', 'orders:write')
// @ts-expect-error a scope that is not declared
typed.scopes('orders:delete')
// @ts-expect-error a scope is needed
typed.scopes()
// @ts-expect-error a role is not a number
const wrong: number = typed.principal(new Request('https://api.test')).claims.role

/** Without a schema the claims are those of a token. */
const plain = jwt(common)
plain satisfies Authenticator<Principal<'jwt', JwtClaims>>
const expiry: number = plain.principal(new Request('https://api.test')).claims.exp
// @ts-expect-error no scope is declared
plain.scopes('orders:read')
// @ts-expect-error claims cannot be changed
plain.principal(new Request('https://api.test')).claims.exp = 1

// @ts-expect-error an audience is needed
jwt({ issuer: 'https://id.test' })
// @ts-expect-error no such algorithm
jwt({ ...common, algorithms: ['none'] })
// @ts-expect-error a cookie has a name that only its host can set
jwt({ ...common, extract: { cookie: 'token' } })

export { role, name, wrong, expiry }
