import { key, type Exchange, type Key } from '@seaworthy/middleware'
import { denial, type Denial, type Principal, type Verdict } from '@seaworthy/security'
import type { RefreshSession } from './refresh-session.ts'
import type { SessionCookie, SentSession } from './session-cookie.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { Session } from './session.ts'

/** What a guard knows of the session of a request. */
export interface HeldSession<P> {
  session: Session<P>
  readonly sealed: string
}

/** Decides about session cookies. */
export interface SessionGuard<P> {
  recall(sent: SentSession, x: Exchange): Verdict<P> | undefined
  authenticate(sent: SentSession, x: Exchange): Promise<Verdict<P>>
  /** The session that let a request in. */
  held(x: Exchange): HeldSession<P> | undefined
  /** The session with tokens that are good now, as far as they can be had; `undefined` when it has ended. */
  fresh(held: HeldSession<P>, x: Exchange): Promise<Session<P> | undefined>
}

/** A guard over sessions. Its part of the answer is the cookie, where that has to change. */
export function sessionGuard<P extends Principal>(
  name: string,
  keeper: SessionKeeper<P>,
  cookie: SessionCookie,
  refresh: RefreshSession<P>,
  cookieAge: number,
): SessionGuard<P> {
  const heldKey: Key<HeldSession<P>> = key(`seaworthy.oauth2.login.${name}`)

  function hold(x: Exchange, session: Session<P>, sealed: string): Verdict<P> {
    x.set(heldKey, { session, sealed })
    return { principal: session.principal }
  }

  function recall({ sealed }: SentSession, x: Exchange): Verdict<P> | undefined {
    const session = sealed === undefined ? undefined : keeper.recall(sealed)
    if (!session || sealed === undefined || refresh.isDue(session) || keeper.isStale(session, sealed)) return undefined
    return hold(x, session, sealed)
  }

  async function authenticate({ sealed }: SentSession, x: Exchange): Promise<Verdict<P>> {
    const opened = sealed === undefined ? undefined : await keeper.open(sealed)
    if (!opened || sealed === undefined) return { denied: signedOut }
    const session = refresh.isDue(opened) ? await refresh.run(opened) : opened
    if (!session) return { denied: signedOut }
    await renew(x, session, sealed)
    return hold(x, session, sealed)
  }

  async function renew(x: Exchange, session: Session<P>, sealed: string): Promise<void> {
    const renewed = await keeper.renew(session, sealed)
    if (renewed !== undefined) cookie.write(x, renewed, cookieAge)
  }

  async function fresh(held: HeldSession<P>, x: Exchange): Promise<Session<P> | undefined> {
    if (!refresh.isDue(held.session)) return held.session
    const session = await refresh.run(held.session)
    if (!session) {
      cookie.clear(x)
      return undefined
    }
    held.session = session
    await renew(x, session, held.sealed)
    return session
  }

  return { recall, authenticate, held: (x) => x.get(heldKey), fresh }
}

const signedOut: Denial = denial('invalid', 'the session has ended')
