import type { Principal } from '@seaworthy/security'
import { boundedMap } from './bounded-map.ts'
import type { Sealer } from './key-ring.ts'
import { readSession, written, type SessionData } from './session-data.ts'
import { longestSession } from './session-cookie.ts'
import { isWithin, type SessionKeeper, type SessionTimes } from './session-keeper.ts'
import type { OpenSession, Session } from './session.ts'

/** How many cookies are known without being decrypted again: of at most 9 KB each, and half of that as a rule. */
const maxKnown = 1_000
/** How many sessions are known to have been refreshed, and to be over. */
const maxNewer = 2_000
const maxEnded = 10_000
/** The time of the last request is written at most so often. */
const longestPause = 60_000

/** Keeps sessions in their cookies. What was refreshed and what was ended is known to this process besides. */
export function cookieSessions<P extends Principal>(
  sealer: Sealer,
  read: OpenSession<P>,
  times: SessionTimes,
): SessionKeeper<P> {
  const known = boundedMap<Session<P>>(maxKnown)
  const newer = boundedMap<Session<P>>(maxNewer)
  const ended = boundedMap<true>(maxEnded)
  const pause = Math.min(times.idle / 10, longestPause)

  function recall(sealed: string): Session<P> | undefined {
    const session = known.get(sealed)
    return session && current(session)
  }

  /** The newest state of a cookie's session, if that goes on. */
  function current(session: Session<P>): Session<P> | undefined {
    return times.now() < session.data.seen + times.idle ? newest(session) : undefined
  }

  function newest(session: Session<P>): Session<P> | undefined {
    const { id, version } = session.data
    if (!isWithin(session, times) || ended.get(id)) return undefined
    const other = newer.get(id)
    return other && other.data.version > version ? other : session
  }

  async function open(sealed: string): Promise<Session<P> | undefined> {
    const familiar = known.get(sealed)
    if (familiar) return current(familiar)
    const data = readSession(await sealer.open(sealed))
    const session = data && (await read(data))
    if (!session) return undefined
    known.set(sealed, session)
    return current(session)
  }

  async function seal(session: Session<P>): Promise<string> {
    const data: SessionData = { ...session.data, seen: times.now() }
    let sealed = await sealer.seal(written(data))
    if (sealed.length > longestSession) sealed = await sealer.seal(written(withoutHint(data)))
    known.set(sealed, { ...session, data })
    return sealed
  }

  function isStale({ data }: Session<P>, sealed: string): boolean {
    const sent = known.get(sealed)?.data
    return sent === undefined || sent.version < data.version || times.now() >= sent.seen + pause
  }

  return {
    recall,
    open,
    begin: seal,
    async change(session) {
      if (ended.get(session.data.id)) return undefined
      newer.set(session.data.id, session)
      return session
    },
    end: ({ data }) => ended.set(data.id, true),
    async exclusively(session, run) {
      const last = newest(session)
      return last && run(last)
    },
    renew: async (session, sealed) => (isStale(session, sealed) ? seal(session) : undefined),
    isStale,
  }
}

/** The ID token only tells the provider at a logout whose session it is. */
function withoutHint({ tokens: { id: _hint, ...tokens }, ...data }: SessionData): SessionData {
  return { ...data, tokens }
}
