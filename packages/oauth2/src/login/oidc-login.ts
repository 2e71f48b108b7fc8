import { systemClock } from '@seaworthy/jwt/metadata'
import {
  exchange,
  registerSecretParameter,
  type Exchange,
  type HonoContext,
  type Middleware,
} from '@seaworthy/middleware'
import {
  allowInsecure,
  authenticator,
  challenge,
  checkOrigin,
  type Authenticator,
  type Denial,
  type Principal,
} from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'
import { isNavigation } from './is-navigation.ts'
import { loginMachinery } from './login-machinery.ts'
import type { LoginClaims, OidcLoginOptions } from './login-options.ts'
import { returnPath } from './return-path.ts'
import type { SentSession } from './session-cookie.ts'

/** The guard that `oidcLogin()` makes. */
export interface OidcLogin<N extends string, C, S extends string> extends Authenticator<Principal<N, C>, S> {
  readonly scheme: N
  /** The login, its way back, the logout, and the logout by the provider. Mount it before the policy. */
  readonly routes: Middleware
  /**
   * The access token of the person who was let in, for calls in their name: good now, and refreshed if it has to be.
   * It is nowhere else, so that nobody logs it with the principal.
   *
   * @throws {OAuth2Error} `ERR_OAUTH2_NO_SESSION` when another scheme let the request in, or none;
   *   `ERR_OAUTH2_LOGIN_ENDED` when the provider has ended the login, or the token is over and there is no refresh token;
   *   `ERR_OAUTH2_UNAVAILABLE` when the token is over and the provider gives no other one now.
   */
  accessToken(of: HonoContext | Request): Promise<string>
}

/**
 * Logs people in with OpenID Connect, and keeps them logged in by a cookie.
 *
 * @returns A guard that sends browsers to the login, and answers everybody else with 401.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` for options that cannot be kept.
 * @throws {SecurityError} when the name, the realm or a scope has a character that it must not have.
 */
export function oidcLogin<const N extends string = 'login', C = LoginClaims, S extends string = never>(
  options: OidcLoginOptions<N, C, S>,
): OidcLogin<N, C, S> {
  // The default of N is the default of the option.
  const { name = 'login' as N, realm = name, description, scopes, clock = systemClock } = options
  const { routes, guard, cookie, address, loginPath, allowedOrigins } = loginMachinery(name, options, clock)
  const begin = address.basePath + loginPath
  // Whatever stood in the address of a page, a token say, stands there again on the way to the login.
  registerSecretParameter('return_to')

  function extract(x: Exchange): SentSession | Denial | undefined {
    const sent = cookie.read(x)
    return sent && (checkOrigin(x, allowedOrigins(x)) ?? sent)
  }

  /** Somebody who can be sent to the login is; a script is told. */
  function respond({ code }: Denial, x: Exchange): Response | undefined {
    if ((code !== 'missing' && code !== 'invalid') || !isNavigation(x)) return undefined
    const { pathname, search } = new URL(x.url)
    const back = new URLSearchParams({ return_to: returnPath(pathname + search) })
    return new Response(null, { status: 303, headers: { location: `${begin}?${back}`, 'cache-control': 'no-store' } })
  }

  async function accessToken(of: HonoContext | Request): Promise<string> {
    const x = exchange(of)
    const held = guard.held(x)
    if (!held) throw new OAuth2Error('ERR_OAUTH2_NO_SESSION', `The request was not let in by ${name}.`)
    const session = await guard.fresh(held, x)
    if (!session) throw new OAuth2Error('ERR_OAUTH2_LOGIN_ENDED', 'The provider has ended the login.')
    const { tokens } = session.data
    if (clock.now() < tokens.expiresAt) return tokens.access
    throw tokens.refresh === undefined
      ? new OAuth2Error('ERR_OAUTH2_LOGIN_ENDED', 'The access token is over, and there is no refresh token.')
      : new OAuth2Error('ERR_OAUTH2_UNAVAILABLE', 'The access token is over, and the provider gives no other one now.')
  }

  const scheme = authenticator({
    name,
    [allowInsecure]: options[allowInsecure] === true,
    ...(description !== undefined && { description }),
    ...(scopes && { scopes }),
    extract,
    recall: guard.recall,
    authenticate: guard.authenticate,
    challenge: () => challenge('Cookie', { realm, 'form-action': begin, 'cookie-name': cookie.name }),
    respond,
    openapi: () => ({ type: 'apiKey', in: 'cookie', name: cookie.name }),
    ambient: () => true,
    clear: (_sent: SentSession, x) => cookie.clear(x),
    credentialId: ({ sealed }: SentSession) => sealed,
  })
  // Text that no header can carry is refused now, not with the first challenge.
  challenge('Cookie', { realm })
  return Object.assign(scheme, { routes, accessToken })
}
