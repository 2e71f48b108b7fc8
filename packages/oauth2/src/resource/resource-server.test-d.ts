import type { Authenticator, Principal } from '@seaworthy/security'
import { z } from 'zod'
import { resourceServer, type AccessTokenClaims, type ResourceServer } from '../resource.ts'

const jwt = { issuer: 'https://id.test' }
const resource = 'https://api.test'

const plain: ResourceServer<'oauth2', AccessTokenClaims, never> = resourceServer({ resource, jwt })
export const subject = (request: Request): string => plain.principal(request).subject

const typed = resourceServer({
  name: 'partners',
  resource,
  jwt,
  scopes: { 'orders:read': 'Reads orders' },
  claims: z.object({ role: z.enum(['admin', 'user']) }),
})
export const authenticator: Authenticator<Principal<'partners', { role: 'admin' | 'user' }>, 'orders:read'> = typed
export const role = (request: Request): 'admin' | 'user' => typed.scopes('orders:read').principal(request).claims.role

// @ts-expect-error the scope is not declared
typed.scopes('orders:write')
// @ts-expect-error no scope is declared
plain.scopes('orders:read')
// @ts-expect-error introspection has to be authenticated
resourceServer({ resource, introspection: { issuer: 'https://id.test', clientId: 'api' } })
// @ts-expect-error a resource is needed
resourceServer({ jwt })
// @ts-expect-error the certificate is somewhere
resourceServer({ resource, jwt, mtls: {} })
