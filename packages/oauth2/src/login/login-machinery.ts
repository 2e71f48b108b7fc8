import type { Clock } from '@seaworthy/jwt/metadata'
import { parseDuration, type Exchange, type Middleware } from '@seaworthy/middleware'
import type { Principal } from '@seaworthy/security'
import { providerClient } from '../provider-client.ts'
import { backchannelLogout } from './backchannel-logout.ts'
import { beginLogin } from './begin-login.ts'
import { cookieSessions } from './cookie-sessions.ts'
import { finishLogin } from './finish-login.ts'
import { keyRing } from './key-ring.ts'
import { loginAttempts } from './login-attempts.ts'
import { failureProblem, type Failed } from './login-failure.ts'
import type { OidcLoginOptions } from './login-options.ts'
import type { LoginParts } from './login-parts.ts'
import { loginPaths, requestedScopes, sessionTimes } from './login-settings.ts'
import { loginRoutes, type LoginRoute } from './login-routes.ts'
import { logout } from './logout.ts'
import { publicAddress, type PublicAddress } from './public-origin.ts'
import { providerLogin } from './provider-login.ts'
import { refreshSession } from './refresh-session.ts'
import { sessionCookie, type SessionCookie } from './session-cookie.ts'
import { sessionGuard, type SessionGuard } from './session-guard.ts'
import { sessionOpener } from './session.ts'
import { storedSessions } from './stored-sessions.ts'

/** All that a login consists of. */
export interface LoginMachinery<P> {
  readonly routes: Middleware
  readonly guard: SessionGuard<P>
  readonly cookie: SessionCookie
  readonly address: PublicAddress
  readonly loginPath: string
  /** Whose pages may send requests that change something. */
  allowedOrigins(x: Exchange): readonly string[]
}

/**
 * Puts a login together.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` for options that cannot be kept.
 */
export function loginMachinery<N extends string, C, S extends string>(
  name: N,
  options: OidcLoginOptions<N, C, S>,
  clock: Clock,
): LoginMachinery<Principal<N, C>> {
  const { issuer, clientId, session, origins = [], publicUrl } = options
  const client = providerClient(options)
  const now = (): number => clock.now()
  const times = { ...sessionTimes(session), now }
  const scopes = requestedScopes(options.scope)
  const paths = loginPaths(options)
  const address = publicAddress(publicUrl)
  const context = [issuer, clientId, name]
  const keys = keyRing(session.keys, context)
  const base = `__Host-${name}`
  const cookie = sessionCookie(base)
  // Its end in the browser is that of the session as far as it is known when it is written.
  const cookieAge = (session.store ? times.absolute : times.idle) / 1000
  const open = sessionOpener<N, C, S>(name, options, { issuer, clientId, absolute: times.absolute })
  const longestRefresh = parseDuration(options.timeout ?? '5s') * 2
  const stored = session.store && storedSessions(session.store, { keys, context, open, times, longestRefresh })
  const keeper = stored ?? cookieSessions(keys('session'), open, times)
  const provider = providerLogin(client, scopes.join(' '), options)
  const allowed = publicUrl === undefined ? [...origins] : [...origins, new URL(publicUrl).origin]
  const allowedOrigins = (): readonly string[] => allowed

  function fail(failure: Failed, x: Exchange): Response {
    const told = { ...failure, loginPath: address.basePath + paths.login }
    const response = options.onFailure?.(told, x) ?? failureProblem(told)
    x.setHeader('cache-control', 'no-store')
    x.setHeader('referrer-policy', 'no-referrer')
    return response
  }

  const parts: LoginParts<Principal<N, C>> = {
    address,
    attempts: loginAttempts(base, keys('attempt'), now),
    provider,
    cookie,
    cookieAge,
    keeper,
    stored,
    open,
    redirectPath: paths.callback,
    loginPath: paths.login,
    scopes,
    now,
    fail,
  }
  const finish = finishLogin(parts, {
    userInfo: options.userInfo === true,
    onLogin: ({ principal }, x) =>
      options.onLogin?.({ subject: principal.subject, claims: principal.claims, scopes: [...principal.scopes] }, x),
  })
  const end = logout(parts, {
    server: client.server,
    clientId,
    afterLogout: paths.afterLogout,
    endProviderSession: options.endProviderSession !== false,
    allowedOrigins,
  })
  const routes = new Map<string, LoginRoute>([
    [paths.login, { method: 'GET', answer: beginLogin(parts) }],
    [paths.callback, { method: 'GET', answer: finish }],
    [paths.logout, { method: 'POST', answer: end }],
  ])
  if (stored) routes.set(paths.backchannel, { method: 'POST', answer: backchannelLogout(options, stored) })
  const guard = sessionGuard(name, keeper, cookie, refreshSession(provider, keeper, now), cookieAge)
  return { routes: loginRoutes(name, routes), guard, cookie, address, loginPath: paths.login, allowedOrigins }
}
