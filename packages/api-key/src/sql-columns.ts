import type { ApiKeyRecord } from './api-key-record.ts'

/** A member of a record, its column, and how it is kept. */
export interface SqlColumn {
  readonly member: keyof ApiKeyRecord
  readonly column: string
  readonly kind: 'text' | 'time' | 'list'
}

/** The columns, in the order of parameters. */
const sqlColumns: readonly SqlColumn[] = [
  { member: 'id', column: 'id', kind: 'text' },
  { member: 'digest', column: 'digest', kind: 'text' },
  { member: 'hint', column: 'hint', kind: 'text' },
  { member: 'owner', column: 'owner', kind: 'text' },
  { member: 'tenant', column: 'tenant', kind: 'text' },
  { member: 'name', column: 'name', kind: 'text' },
  { member: 'scopes', column: 'scopes', kind: 'list' },
  { member: 'environment', column: 'environment', kind: 'text' },
  { member: 'limits', column: 'limits', kind: 'text' },
  { member: 'addresses', column: 'addresses', kind: 'list' },
  { member: 'family', column: 'family', kind: 'text' },
  { member: 'createdAt', column: 'created_at', kind: 'time' },
  { member: 'notBefore', column: 'not_before', kind: 'time' },
  { member: 'expiresAt', column: 'expires_at', kind: 'time' },
  { member: 'revokedAt', column: 'revoked_at', kind: 'time' },
  { member: 'lastUsedAt', column: 'last_used_at', kind: 'time' },
  { member: 'replacedBy', column: 'replaced_by', kind: 'text' },
]

/** What is selected: everything as one JSON text, which every driver hands over alike. */
export const sqlRecord: string = `json_build_object(${sqlColumns.map(selected).join(', ')})::text as record`

/** ISO 8601 in UTC, whatever the time zone of the session. */
function selected({ member, column, kind }: SqlColumn): string {
  if (kind !== 'time') return `'${member}', ${column}`
  return `'${member}', to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** The columns of an insertion. */
export const sqlNames: string = sqlColumns.map(({ column }) => column).join(', ')

/** The parameters of an insertion, from a number on. They are texts: drivers differ in how they send anything else. */
export function sqlPlaces(first: number): string {
  const types = { text: 'text', time: 'text::timestamptz', list: 'text::jsonb' }
  return sqlColumns.map(({ kind }, index) => `$${first + index}::${types[kind]}`).join(', ')
}

/** The values of an insertion. */
export function sqlValues(record: ApiKeyRecord): (string | null)[] {
  return sqlColumns.map(({ member }) => {
    const value = record[member]
    return value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)
  })
}
