import type { Exchange } from '@seaworthy/middleware'
import type { LoginAttempts } from './login-attempts.ts'
import type { Failed } from './login-failure.ts'
import type { PublicAddress } from './public-origin.ts'
import type { ProviderLogin } from './provider-login.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { OpenSession } from './session.ts'
import type { StoredSessions } from './stored-sessions.ts'

/** What the routes of a login work with. */
export interface LoginParts<P> {
  readonly address: PublicAddress
  readonly attempts: LoginAttempts
  readonly provider: ProviderLogin
  readonly cookie: SessionCookie
  /** Seconds. */
  readonly cookieAge: number
  readonly keeper: SessionKeeper<P>
  /** The same as the keeper, where there is a store. */
  readonly stored: StoredSessions<P> | undefined
  readonly open: OpenSession<P>
  readonly redirectPath: string
  readonly loginPath: string
  /** What is asked for, which the provider grants unless it says something else. */
  readonly scopes: readonly string[]
  now(): number
  fail(failure: Failed, x: Exchange): Response
}
