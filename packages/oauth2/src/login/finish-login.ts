import type { Exchange, MaybePromise } from '@seaworthy/middleware'
import type { Principal } from '@seaworthy/security'
import * as oauth from 'oauth4webapi'
import { longestAttempt, type LoginAttempt } from './login-attempts.ts'
import { failureOf, invalidResponse, refused, unfitClaims, unknownAttempt } from './login-failure.ts'
import type { LoginParts } from './login-parts.ts'
import { seeOther } from './login-routes.ts'
import { AnswerError, type ProvenLogin } from './provider-login.ts'
import { personalClaims, type SessionData } from './session-data.ts'
import type { Session } from './session.ts'

/** What the options add to a login. */
export interface LoginRules<P> {
  readonly userInfo: boolean
  onLogin(session: Session<P>, x: Exchange): MaybePromise<Response | void>
}

/** Ends an attempt: the browser comes back from the provider, and a session begins. */
export function finishLogin<P extends Principal>(
  parts: LoginParts<P>,
  rules: LoginRules<P>,
): (x: Exchange) => Promise<Response> {
  const { address, attempts, provider, stored, open, fail } = parts

  async function answer(x: Exchange): Promise<Response> {
    const query = new URL(x.url).searchParams
    const attempt = await attempts.take(x, query.get('state'))
    if (!attempt) return fail(unknownAttempt, x)
    const isFirst = stored ? await stored.useOnce('attempt', attempt.state, longestAttempt) : true
    if (!isFirst) return fail(unknownAttempt, x)
    const login = await provider.prove(query, attempt)
    const more = rules.userInfo ? await provider.userInfo(login) : {}
    const session = await open(dataOf(login, more, parts))
    if (!session) return fail(unfitClaims, x)
    return (await rules.onLogin(session, x)) ?? (await begin(x, session, attempt))
  }

  async function begin(x: Exchange, session: Session<P>, { returnTo }: LoginAttempt): Promise<Response> {
    const { keeper, cookie, cookieAge } = parts
    const before = cookie.read(x)?.sealed
    const sealed = await keeper.begin(session)
    cookie.write(x, sealed, cookieAge)
    // The session that this browser had is nobody's from now on.
    const old = before === undefined ? undefined : await keeper.open(before).catch(() => undefined)
    if (old) await keeper.end(old)
    return seeOther(address.basePath + returnTo)
  }

  return async (x) => {
    try {
      return await answer(x)
    } catch (error) {
      if (error instanceof AnswerError) {
        return fail(error.refusal === undefined ? invalidResponse : refused(error.refusal), x)
      }
      x.error ??= error
      return fail(failureOf(error), x)
    }
  }
}

/** A new session: nothing of an earlier one goes into it. */
function dataOf<P>(
  { token, idToken, claims, scope }: ProvenLogin,
  more: Readonly<Record<string, unknown>>,
  { now, scopes }: LoginParts<P>,
): SessionData {
  const { accessToken: access, expiresAt, lifetime, refreshToken: refresh } = token
  const { sid, auth_time: authTime, acr } = claims
  return {
    id: oauth.generateRandomState(),
    version: 0,
    claims: personalClaims({ ...more, ...claims }, claims.sub),
    granted: scope === undefined ? scopes : scope.split(' ').filter((each) => each !== ''),
    ...(typeof sid === 'string' && { sid }),
    ...(typeof authTime === 'number' && { authTime }),
    ...(typeof acr === 'string' && { acr }),
    begun: now(),
    seen: now(),
    tokens: { access, expiresAt, lifetime, id: idToken, ...(refresh !== undefined && { refresh }) },
  }
}
