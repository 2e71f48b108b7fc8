import { exchange, key, type Exchange, type HonoContext, type Key } from '@seaworthy/middleware'
import type { Attempt } from './attempt.ts'
import type { Refusal } from './evaluate.ts'
import type { Marker } from './marker.ts'
import type { Principal } from './principal.ts'
import type { Condition, Requirement } from './requirement.ts'

/** A condition that holds for a request, and who it holds for. */
export interface Grant {
  readonly condition: Condition
  readonly principal: Principal
}

/** Who was let in: each once, also when several conditions hold for them. */
export function principalsOf(grants: readonly Grant[]): readonly Principal[] {
  const principals = grants.map(({ principal }) => principal)
  return principals.length < 2 ? principals : [...new Set(principals)]
}

/** What the guards of one request know together. */
export interface Session {
  /** One for each scheme that was tried. */
  readonly attempts: Attempt[]
  /** What has let the request in. */
  readonly grants: Grant[]
  /** The optional requirements that let the request in without credentials. */
  readonly anonymous: Requirement[]
  /** The applications in which a policy has decided, with the markers that it has taken into account. */
  readonly considered: Considered[]
  /** What the audit is told. */
  decision: SessionDecision | undefined
  audited: boolean
}

/** A policy's decision in one application: under `app.mount` a request passes several. */
export interface Considered {
  readonly policy: object
  readonly context: HonoContext | undefined
  readonly markers: ReadonlySet<Marker>
}

/** What became of a request: `open` when `none()` let it in, `unmatched` when the guard answered 404. */
export type SessionDecision =
  | 'open'
  | 'unmatched'
  | { readonly grants: readonly Grant[]; readonly refusal: Refusal | undefined }

const sessionKey: Key<Session> = key('seaworthy.security.session')

/** The session of a request, begun by the first guard. */
export function sessionOf(x: Exchange): Session {
  let session = x.get(sessionKey)
  if (!session) {
    session = { attempts: [], grants: [], anonymous: [], considered: [], decision: undefined, audited: false }
    x.set(sessionKey, session)
  }
  return session
}

/** The session of a request that has passed a guard, if it has. */
export function findSession(of: HonoContext | Request): Session | undefined {
  return exchange(of).get(sessionKey)
}
