import type { MaybePromise } from '@seaworthy/middleware'
import type { Session } from './session.ts'

/** Where sessions are: in their cookie, or in a store. */
export interface SessionKeeper<P> {
  /** A session that can be told at once. */
  recall(sealed: string): Session<P> | undefined
  /**
   * The session of a cookie, in its newest state; `undefined` when it has ended.
   *
   * @throws {OAuth2Error} or what the store throws, when nobody can tell.
   */
  open(sealed: string): Promise<Session<P> | undefined>
  /** Begins a session. Gives its cookie. */
  begin(session: Session<P>): Promise<string>
  /** Keeps a new state of a session. `undefined` when it has ended meanwhile. */
  change(session: Session<P>): Promise<Session<P> | undefined>
  /** Ends a session. */
  end(session: Session<P>): MaybePromise<void>
  /**
   * Lets one caller at a time change a session, of all that share it. The others get the state that the first one has
   * made, or the one that there is when that takes too long.
   */
  exclusively(
    session: Session<P>,
    run: (newest: Session<P>) => Promise<Session<P> | undefined>,
  ): Promise<Session<P> | undefined>
  /** What a cookie has to be for this state of its session; `undefined` when it is that. */
  renew(session: Session<P>, sealed: string): Promise<string | undefined>
  /** Whether {@link renew} has something to do. */
  isStale(session: Session<P>, sealed: string): boolean
}

/** The times of sessions, in milliseconds. */
export interface SessionTimes {
  readonly idle: number
  readonly absolute: number
  now(): number
}

/** Whether a session is within its longest time. */
export function isWithin({ data }: Session<unknown>, { absolute, now }: SessionTimes): boolean {
  return now() < data.begun + absolute
}
