import { sqlMigration, sqlStore, type ApiKeysOptions } from '@seaworthy/api-key'
import type { Secret } from '@seaworthy/config'
import { registerSecretParameter } from '@seaworthy/middleware'
import type { Database } from '../shared/database.ts'

const table = 'seaworthy_api_keys'

/** What the guard and the administration of API keys have in common: keys live in the database of the service. */
export async function apiKeySettings(
  { apiKeyPepper: pepper }: { readonly apiKeyPepper: Secret<string> | undefined },
  database: Database,
): Promise<Pick<ApiKeysOptions, 'store' | 'prefix' | 'pepper'>> {
  // No key is taken from a query. Where somebody puts one by mistake, spans show it as little as a token there.
  for (const name of ['key', 'x-api-key']) registerSecretParameter(name)
  await database.query(sqlMigration(table))
  return { store: sqlStore(database, { table }), prefix: 'shop', ...(pepper && { pepper: pepper.reveal() }) }
}

/** Who has keys, as many as a page shows. */
export async function keyOwners(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ owner: string }>(`SELECT DISTINCT owner FROM ${table} ORDER BY owner LIMIT 50`)
  return rows.map(({ owner }) => owner)
}
