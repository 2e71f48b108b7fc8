import { parseDuration } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'
import type { LoginSessionOptions, OidcLoginOptions } from './login-options.ts'

/** Where a login answers: paths of this service. */
export interface LoginPaths {
  readonly login: string
  readonly callback: string
  readonly logout: string
  readonly backchannel: string
  readonly afterLogout: string
}

/**
 * The paths, each of them another one.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when one of them is no path, or two are one.
 */
export function loginPaths<N extends string, C, S extends string>(options: OidcLoginOptions<N, C, S>): LoginPaths {
  const { redirectPath: callback = '/auth/callback', loginPath: login = '/auth/login' } = options
  const { logoutPath: logout = '/auth/logout', backchannelPath, afterLogout = '/', session } = options
  if (backchannelPath !== undefined && session.store === undefined) {
    throw notKept('A logout by the provider needs session.store: a cookie can be ended by its browser alone.')
  }
  const backchannel = backchannelPath ?? '/auth/backchannel-logout'
  const answering = [login, callback, logout, backchannel]
  for (const path of [...answering, afterLogout]) {
    if (!/^\/(?!\/)[\w\-.~/%]*$/.test(path)) throw notKept(`${JSON.stringify(path)} is no path. Write '/auth/login'.`)
  }
  if (new Set(answering).size < answering.length) throw notKept('Two of the paths are the same.')
  return { login, callback, logout, backchannel, afterLogout }
}

/** What is asked for: `openid` is what makes it a login (OpenID Connect Core 1.0 §3.1.2.1). */
export function requestedScopes(scope: string | readonly string[] = []): readonly string[] {
  const asked = typeof scope === 'string' ? scope.split(' ') : scope
  return [...new Set(['openid', ...asked.filter((each) => each !== '')])]
}

const longestSession = 30 * 86_400_000

/**
 * How long sessions last, in milliseconds.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when that cannot be kept.
 */
export function sessionTimes(session: LoginSessionOptions): { readonly idle: number; readonly absolute: number } {
  const idle = parseDuration(session.idle ?? '1h')
  const absolute = parseDuration(session.absolute ?? '12h')
  if (idle < 1_000) throw notKept('session.idle is at least a second.')
  if (absolute < idle) throw notKept('session.absolute is at least session.idle.')
  // What the sessions of a person are found by is remembered for as long.
  if (absolute > longestSession) throw notKept('session.absolute is at most 30 days.')
  return { idle, absolute }
}

function notKept(why: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', why)
}
