import type { Authenticator, Principal } from '@seaworthy/security'
import { allowUnsafeHashes, basicAuth, hashPassword, verifyPassword } from './index.ts'

const hash = '$scrypt$…'
const request = new Request('https://shop.example')

/** Names and scopes are inferred; without claims there are none. */
const plain = basicAuth({
  name: 'office',
  realm: 'shop',
  users: { ann: hash, bob: { hash, scopes: ['orders:read'] } },
  scopes: { 'orders:read': 'Reads', 'orders:write': 'Writes' },
})
plain satisfies Authenticator<Principal<'office', null>, 'orders:read' | 'orders:write'>
const nothing: null = plain.principal(request).claims
const name: 'office' = plain.scheme
plain.scopes('orders:read', 'orders:write')
// @ts-expect-error a scope that is not declared
plain.scopes('orders:delete')
// @ts-expect-error a scope is needed
plain.scopes()

/** Claims are those that users have. */
type Role = 'admin' | 'user'
const typed = basicAuth({ realm: 'shop', lookup: async (user) => ({ hash, claims: { role: user as Role } }) })
typed satisfies Authenticator<Principal<'basic', { role: Role }>>
const role: Role = typed.principal(request).claims.role
// @ts-expect-error no scope is declared
typed.scopes('orders:read')

/** What a function gives are the claims, without the refusals. */
const verified = basicAuth({
  realm: 'shop',
  verify: async (user) => (user === 'ann' ? { role: 'admin' as const } : null),
  scopesOf: (_user, claims) => (claims.role === 'admin' ? ['orders:read'] : []),
})
const admin: 'admin' = verified.principal(request).claims.role
const yes: true = basicAuth({ realm: 'shop', verify: (user) => user === 'ann' }).principal(request).claims

// @ts-expect-error where one user has claims, all have
basicAuth<'basic', { role: Role }>({ realm: 'shop', users: { ann: { hash, claims: { role: 'admin' } }, bob: hash } })
// @ts-expect-error a look-up that leaves the claims out
basicAuth<'basic', { role: Role }>({ realm: 'shop', lookup: () => ({ hash }) })
// @ts-expect-error a file has no claims
basicAuth<'basic', { role: Role }>({ realm: 'shop', htpasswd: '' })
// @ts-expect-error a realm is needed
basicAuth({ users: {} })
// @ts-expect-error a hash is needed
basicAuth({ realm: 'shop', users: { ann: {} } })
// @ts-expect-error no such normalization
basicAuth({ realm: 'shop', users: {}, normalize: 'NFKC' })
// @ts-expect-error no such kind of unsafe hash
basicAuth({ realm: 'shop', users: {}, [allowUnsafeHashes]: ['md5'] })
// @ts-expect-error a kind that is safe needs no switch
basicAuth({ realm: 'shop', users: {}, [allowUnsafeHashes]: ['bcrypt'] })

const made: Promise<string> = hashPassword('open sesame', { algorithm: 'bcrypt', normalize: false })
const is: Promise<boolean> = verifyPassword('open sesame', hash)

export { nothing, name, role, admin, yes, made, is }
