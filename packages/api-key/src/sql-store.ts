import { invalidOption } from './api-key-error.ts'
import type { ApiKeyRecord } from './api-key-record.ts'
import type { ApiKeyStore } from './api-key-store.ts'
import { readJson, readRecord } from './read-record.ts'
import { sqlNames, sqlPlaces, sqlRecord, sqlValues } from './sql-columns.ts'
import { checkTable, defaultTable } from './sql-migration.ts'

/** The rows of an answer, alone or as a member: drivers differ. */
export type SqlResult = readonly unknown[] | { readonly rows: readonly unknown[] }

/** Runs one statement of PostgreSQL. All parameters are text or `null`. */
export type SqlQuery = (text: string, params: (string | null)[]) => PromiseLike<SqlResult>

/** What has a method that runs a statement: a pool or client of `pg`, PGlite, or a database of your own. */
export interface SqlClient {
  query(text: string, params: (string | null)[]): PromiseLike<SqlResult>
}

/** Settings of {@link sqlStore}. */
export interface SqlStoreOptions {
  /** The name of the table, with its schema or without. @default 'seaworthy_api_keys' */
  readonly table?: string
}

/**
 * Keeps keys in PostgreSQL, in the table that `sqlMigration()` makes. Each operation is one statement, so that any pool
 * will do.
 *
 * @param client - A pool of `pg`, PGlite, or a function: `(text, params) => sql.unsafe(text, params)` for Bun's `sql`.
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when an option cannot be kept.
 */
export function sqlStore(client: SqlClient | SqlQuery, options: SqlStoreOptions = {}): ApiKeyStore {
  const table = checkTable(options.table ?? defaultTable)
  const query = queryOf(client)

  async function rows(text: string, ...params: (string | null)[]): Promise<readonly unknown[]> {
    const result = await query(text, params)
    return 'rows' in result ? result.rows : result
  }

  async function records(text: string, ...params: (string | null)[]): Promise<readonly ApiKeyRecord[]> {
    return (await rows(text, ...params)).map((row) => readRecord(readJson(Object(row).record)))
  }

  const find = `select ${sqlRecord} from ${table} where digest = $1::text`
  const get = `select ${sqlRecord} from ${table} where id = $1::text`
  const list = `select ${sqlRecord} from ${table}
    where owner = $1::text and tenant is not distinct from $2::text order by created_at, id`
  const insert = `insert into ${table} (${sqlNames}) values (${sqlPlaces(1)}) on conflict do nothing returning id`
  const update = `update ${table} set
      revoked_at = coalesce(revoked_at, $2::text::timestamptz),
      last_used_at = greatest(last_used_at, $3::text::timestamptz)
    where id = $1::text returning id`
  // One statement is atomic. A second one waits for the row, sees the name of the successor there, and does nothing.
  const replace = `with replaced as (
      update ${table} set expires_at = least(expires_at, $2::text::timestamptz), replaced_by = $4::text
      where id = $1::text and replaced_by is null and revoked_at is null
        and (expires_at is null or expires_at > $3::text::timestamptz)
        and not exists (select from ${table} taken where taken.id = $4::text or taken.digest = $5::text)
      returning id
    )
    insert into ${table} (${sqlNames}) select ${sqlPlaces(4)} from replaced returning id`

  return {
    find: async (digest) => (await records(find, digest))[0],
    get: async (id) => (await records(get, id))[0],
    list: ({ owner, tenant = null }) => records(list, owner, tenant),
    insert: async (record) => (await rows(insert, ...sqlValues(record))).length > 0,
    update: async (id, { revokedAt = null, lastUsedAt = null }) =>
      (await rows(update, id, revokedAt, lastUsedAt)).length > 0,
    replace: async (id, endsAt, successor) =>
      (await rows(replace, id, endsAt, successor.createdAt, ...sqlValues(successor))).length > 0,
  }
}

function queryOf(client: SqlClient | SqlQuery): SqlQuery {
  if (typeof client === 'function') return client
  if (typeof client === 'object' && client !== null && typeof client.query === 'function') {
    return (text, params) => client.query(text, params)
  }
  throw invalidOption('client', 'Pass a pool of "pg", PGlite, or a function that runs a statement.')
}
