import { exchange, key, type Exchange, type HonoContext, type Key } from '@seaworthy/middleware'
import type { Attempt } from './attempt.ts'
import type { Principal } from './principal.ts'
import type { Condition, Requirement } from './requirement.ts'

/** A condition that holds for a request, and who it holds for. */
export interface Grant {
  readonly condition: Condition
  readonly principal: Principal
}

/** What the guards of one request know together. */
export interface Session {
  /** One for each scheme that was tried. */
  readonly attempts: Attempt[]
  /** What has let the request in. */
  readonly grants: Grant[]
  /** The optional requirements that let the request in without credentials. */
  readonly anonymous: Requirement[]
  /** The markers that a policy has taken into account. They need not enforce themselves. */
  readonly considered: ReadonlySet<unknown>[]
}

const sessionKey: Key<Session> = key('seaworthy.security.session')

/** The session of a request, begun by the first guard. */
export function sessionOf(x: Exchange): Session {
  let session = x.get(sessionKey)
  if (!session) {
    session = { attempts: [], grants: [], anonymous: [], considered: [] }
    x.set(sessionKey, session)
  }
  return session
}

/** The session of a request that has passed a guard, if it has. */
export function findSession(of: HonoContext | Request): Session | undefined {
  return exchange(of).get(sessionKey)
}
