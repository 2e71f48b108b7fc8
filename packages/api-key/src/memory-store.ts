import type { ApiKeyRecord } from './api-key-record.ts'
import type { ApiKeyStore } from './api-key-store.ts'

/**
 * Keeps keys in this process: for tests, for development, and for keys that stand in the configuration. It answers at
 * once.
 *
 * @param records - The keys that are there from the start.
 */
export function memoryStore(records: Iterable<ApiKeyRecord> = []): ApiKeyStore {
  const byDigest = new Map<string, ApiKeyRecord>()
  const digests = new Map<string, string>()

  function get(id: string): ApiKeyRecord | undefined {
    const digest = digests.get(id)
    return digest === undefined ? undefined : byDigest.get(digest)
  }

  function insert(record: ApiKeyRecord): boolean {
    if (digests.has(record.id) || byDigest.has(record.digest)) return false
    digests.set(record.id, record.digest)
    byDigest.set(record.digest, Object.freeze({ ...record }))
    return true
  }

  function change(record: ApiKeyRecord, change: Partial<ApiKeyRecord>): true {
    byDigest.set(record.digest, Object.freeze({ ...record, ...change }))
    return true
  }

  for (const record of records) insert(record)

  return {
    find: (digest) => byDigest.get(digest),
    get,
    insert,
    update(id, { revokedAt, lastUsedAt }) {
      const record = get(id)
      if (!record) return false
      return change(record, {
        ...(revokedAt !== undefined && { revokedAt: record.revokedAt ?? revokedAt }),
        ...(lastUsedAt !== undefined && { lastUsedAt: later(record.lastUsedAt, lastUsedAt) }),
      })
    },
    replace(id, endsAt, successor) {
      const record = get(id)
      if (!record || record.replacedBy !== undefined || record.revokedAt !== undefined) return false
      const { expiresAt } = record
      if (expiresAt !== undefined && expiresAt <= successor.createdAt) return false
      if (!insert(successor)) return false
      const sooner = expiresAt !== undefined && expiresAt < endsAt ? expiresAt : endsAt
      return change(record, { expiresAt: sooner, replacedBy: successor.id })
    },
    list: ({ owner, tenant }) =>
      [...byDigest.values()]
        .filter((record) => record.owner === owner && record.tenant === tenant)
        .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0)),
  }
}

/** Times of one form in one time zone stand in the order of their text. */
function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b
}
