import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Principal } from '@seaworthy/security'
import { boundedMap } from './bounded-map.ts'
import type { KeyRing } from './key-ring.ts'
import { readSession, written } from './session-data.ts'
import { isWithin, type SessionKeeper, type SessionTimes } from './session-keeper.ts'
import type { SessionStore } from './session-store.ts'
import type { OpenSession, Session } from './session.ts'

/** Whose sessions end together. */
export type SessionTag = 'sid' | 'sub' | 'sub without sid'

/** Sessions in a store, which somebody else than their browser can end. */
export interface StoredSessions<P> extends SessionKeeper<P> {
  /** Ends all sessions of a session at the provider, or of a person. */
  endAll(tag: SessionTag, value: string): Promise<void>
  /** Whether something is used for the first time, which it then is no more. */
  useOnce(kind: string, value: string, ttl: number): Promise<boolean>
  wasUsed(kind: string, value: string, ttl: number): Promise<boolean>
}

/** What sessions in a store are made by. */
export interface StoredSessionRules<P> {
  readonly keys: KeyRing
  /** Whose sessions they are, where several logins share a store. */
  readonly context: readonly string[]
  readonly open: OpenSession<P>
  readonly times: SessionTimes
  /** Milliseconds. */
  readonly longestRefresh: number
}

const maxKnown = 1_000
/** How often somebody who waits for another's refresh looks for it. */
const lookEvery = 50

/** Keeps sessions in a store, and their id alone in the cookie. */
export function storedSessions<P extends Principal>(
  store: SessionStore,
  { keys, context, open: read, times, longestRefresh }: StoredSessionRules<P>,
): StoredSessions<P> {
  const cookies = keys('session id')
  const records = keys('session record')
  const ids = boundedMap<string>(maxKnown)
  const known = boundedMap<Session<P>>(maxKnown)
  /** States that the store did not take: a refresh token that was rotated would be lost with them. */
  const unsaved = boundedMap<Session<P>>(maxKnown)
  /** A digest, of which nothing can be read. */
  const digest = (kind: string, value: string): string =>
    createHash('sha256')
      .update(JSON.stringify([kind, value, ...context]))
      .digest('base64url')
  const keyOf = (id: string): string => digest('session', id)

  async function idOf(sealed: string): Promise<string | undefined> {
    const familiar = ids.get(sealed)
    if (familiar !== undefined) return familiar
    const opened: unknown = await cookies.open(sealed)
    if (typeof opened !== 'object' || opened === null || !('id' in opened)) return undefined
    const id = String(opened.id)
    ids.set(sealed, id)
    return id
  }

  async function find(id: string): Promise<Session<P> | undefined> {
    const record = await store.read(keyOf(id), times.idle)
    if (record === undefined) return undefined
    const familiar = known.get(record) ?? (await openRecord(record))
    if (familiar === undefined || familiar.data.id !== id || !isWithin(familiar, times)) return undefined
    known.set(record, familiar)
    const newer = unsaved.get(id)
    return newer && newer.data.version > familiar.data.version ? change(newer) : familiar
  }

  async function change(session: Session<P>): Promise<Session<P> | undefined> {
    const { data } = session
    unsaved.set(data.id, session)
    const isThere = await store.replace(keyOf(data.id), await records.seal(written(data)), times.idle)
    unsaved.delete(data.id)
    return isThere ? session : undefined
  }

  async function openRecord(record: string): Promise<Session<P> | undefined> {
    const data = readSession(await records.open(record))
    return data && read(data)
  }

  async function begin({ data }: Session<P>): Promise<string> {
    const { sid, claims } = data
    const tags = [
      digest('sub', claims.sub),
      sid === undefined ? digest('sub without sid', claims.sub) : digest('sid', sid),
    ]
    await store.put(keyOf(data.id), await records.seal(written(data)), times.idle, tags)
    return cookies.seal({ id: data.id })
  }

  async function exclusively(
    session: Session<P>,
    run: (newest: Session<P>) => Promise<Session<P> | undefined>,
  ): Promise<Session<P> | undefined> {
    const { id, version } = session.data
    const lock = digest('refresh', id)
    const ttl = longestRefresh + 1_000
    const until = performance.now() + ttl
    while (performance.now() < until) {
      if (await store.putIfAbsent(lock, '1', ttl)) {
        const end = performance.now() + ttl
        try {
          const newest = await find(id)
          return newest && (await run(newest))
        } finally {
          // After its time it is another's.
          if (performance.now() < end) await store.delete(lock)
        }
      }
      await wait(lookEvery)
      const newest = await find(id)
      if (!newest || newest.data.version > version) return newest
    }
    return session
  }

  return {
    recall: () => undefined,
    async open(sealed) {
      const id = await idOf(sealed)
      return id === undefined ? undefined : find(id)
    },
    begin,
    change,
    end: ({ data }) => store.delete(keyOf(data.id)),
    exclusively,
    renew: async () => undefined,
    isStale: () => false,
    endAll: async (tag, value) => store.deleteTagged(digest(tag, value)),
    useOnce: async (kind, value, ttl) => store.putIfAbsent(digest(kind, value), '1', ttl),
    wasUsed: async (kind, value, ttl) => (await store.read(digest(kind, value), ttl)) !== undefined,
  }
}
