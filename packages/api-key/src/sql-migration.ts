import { invalidOption } from './api-key-error.ts'

/** The name of the table, when nothing else is said. */
export const defaultTable = 'seaworthy_api_keys'

/**
 * The table of keys for PostgreSQL, as one statement: `await pool.query(sqlMigration())`. It may run at every start, and
 * in several processes at once: what is there stays.
 *
 * @param table - The name of the table, with its schema or without. @default 'seaworthy_api_keys'
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when it is no name.
 */
export function sqlMigration(table: string = defaultTable): string {
  const name = checkTable(table).replace(/^.*\./, '')
  return `do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('${table}', 0));
  create table if not exists ${table} (
    id text primary key,
    digest text not null,
    hint text not null,
    owner text not null,
    tenant text,
    name text,
    scopes jsonb not null,
    environment text,
    limits text,
    addresses jsonb,
    family text not null,
    created_at timestamptz not null,
    not_before timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    replaced_by text
  );
  create unique index if not exists ${name}_digest on ${table} (digest);
  create index if not exists ${name}_owner on ${table} (owner, tenant);
end
$migration$`
}

/**
 * The name of a table, when it is one.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when it is not.
 */
export function checkTable(table: string): string {
  if (typeof table === 'string' && /^(?:[a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,49}$/.test(table)) return table
  throw invalidOption('table', "Use lower-case letters, digits and underscores, such as 'api_keys' or 'auth.api_keys'.")
}
