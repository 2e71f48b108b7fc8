import type { PGlite } from '@electric-sql/pglite'
import { any } from '@seaworthy/security'
import type { Principal } from '@seaworthy/security'
import type { Pool, Client, PoolClient } from 'pg'
import { apiKey, createApiKeys, memoryStore, sqlStore, type ApiKey } from './index.ts'

const common = { store: memoryStore(), prefix: 'acme_live' }
const guard = apiKey({ ...common, scopes: { 'orders:read': 'Reads orders' } })
const partner = apiKey({ ...common, name: 'partner' })

export const principal: Principal<'apiKey', ApiKey> = guard.principal(new Request('https://api.test/'))
export const scheme: 'apiKey' | 'partner' = any(guard, partner).principal(new Request('https://api.test/')).scheme
guard.scopes('orders:read')
// @ts-expect-error It is not declared.
guard.scopes('orders:write')
// @ts-expect-error It declares none.
partner.scopes('orders:read')
// @ts-expect-error The digest is for stores alone.
export const digest: string = principal.claims.digest

// @ts-expect-error A store and a prefix are needed.
apiKey({ store: memoryStore() })
// @ts-expect-error A name of a cookie that anybody could set.
apiKey({ ...common, in: { cookie: 'key' } })
// @ts-expect-error No place.
apiKey({ ...common, in: 'query' })

const keys = createApiKeys(common)
// @ts-expect-error What the service decides does not come with what the caller chooses.
void keys.create({ owner: 'ann' }, { owner: 'ann' })
// @ts-expect-error Nor do scopes.
void keys.create({ name: 'x', scopes: ['orders:read'] }, { owner: 'ann' })
// @ts-expect-error An owner is needed.
void keys.create({}, {})
// @ts-expect-error It has to be said how long the old key holds.
void keys.rotate('id')

/** The clients of PostgreSQL that fit. */
export function stores(pool: Pool, client: Client, pooled: PoolClient, lite: PGlite): void {
  for (const each of [pool, client, pooled, lite]) sqlStore(each)
  sqlStore(async (text, params) => (await pool.query(text, params)).rows)
  const database = {
    query: <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> =>
      Promise.resolve(text === '' && values ? [] : []),
  }
  sqlStore(database)
}
