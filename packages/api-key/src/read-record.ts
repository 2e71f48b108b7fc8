import type { ApiKeyRecord } from './api-key-record.ts'
import { storeFailed } from './within.ts'

const needed = ['id', 'digest', 'hint', 'owner', 'family', 'createdAt'] as const
const optional = [
  'tenant',
  'name',
  'environment',
  'limits',
  'notBefore',
  'expiresAt',
  'revokedAt',
  'lastUsedAt',
  'replacedBy',
] as const

/**
 * A record of what a database gave: an object of texts, with `scopes` and `addresses` as lists.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_STORE` when it is none.
 */
export function readRecord(value: Readonly<Record<string, unknown>>): ApiKeyRecord {
  const record: Record<string, unknown> = {}
  for (const member of needed) record[member] = text(value[member])
  for (const member of optional) if (value[member] != null) record[member] = text(value[member])
  record['scopes'] = list(value['scopes'])
  if (value['addresses'] != null) record['addresses'] = list(value['addresses'])
  // All members were checked above.
  return Object.freeze(record) as unknown as ApiKeyRecord
}

/**
 * An object of JSON.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_STORE` when it is none.
 */
export function readJson(json: unknown): Readonly<Record<string, unknown>> {
  const value: unknown = typeof json === 'string' ? JSON.parse(json) : undefined
  if (typeof value !== 'object' || value === null) throw notARecord()
  return { ...value }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw notARecord()
}

function list(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(text)
  throw notARecord()
}

function notARecord(): Error {
  return storeFailed('has something under a key that is no record')
}
