import * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import { grantClient, type AuthorizedClient } from './authorized-client.ts'
import type { ClientOptions } from './client-options.ts'
import { beginDevice, type DeviceCode } from './device-code.ts'
import { pollDevice } from './poll-device.ts'
import type { IssuedToken } from './issued-token.ts'
import { requestParameters } from './request-parameters.ts'

/** Options of {@link deviceLogin}. */
export interface DeviceLoginOptions extends ClientOptions {
  /**
   * Receives each refresh token, to be kept where the user keeps secrets, and given to `resume()` by the next run. What
   * it throws fails the login, or the call that needed a new token.
   */
  readonly onRefreshToken?: (refreshToken: string) => void | Promise<void>
}

/** Logs people in on devices without a browser, such as command lines. */
export interface DeviceLogin {
  /**
   * Logs somebody in: `prompt` tells them where to enter which code, and the promise resolves when they have agreed.
   *
   * @throws {OAuth2Error} `ERR_OAUTH2_REFUSED` with `error` `access_denied` or `expired_token` when they did not; the
   *   reason of the signal when that ended it.
   */
  login(how: {
    readonly prompt: (code: DeviceCode) => void | Promise<void>
    readonly signal?: AbortSignal
  }): Promise<AuthorizedClient>
  /** Goes on with a refresh token of an earlier run. */
  resume(refreshToken: string): AuthorizedClient
}

/**
 * Logins by RFC 8628. The tokens are renewed as long as the provider gives refresh tokens (`offline_access`, mostly).
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when something in the options cannot be used.
 */
export function deviceLogin(options: DeviceLoginOptions): DeviceLogin {
  const grants = grantClient(options)
  const { provider, request, authorized } = grants
  const { client, authenticate } = provider
  const parameters = requestParameters(options)

  /** Asks with the refresh token of last time. It is not sent twice at once: it may serve only once. */
  function renewing(first: string | undefined): () => Promise<IssuedToken> {
    let refreshToken = first
    return async () => {
      if (refreshToken === undefined) throw ended('no refresh token was given')
      const current = refreshToken
      const renewed = await request({
        send: (server, given) => oauth.refreshTokenGrantRequest(server, client, authenticate, current, given),
        read: (server, answer) => oauth.processRefreshTokenResponse(server, client, answer),
      }).catch((error: unknown) => {
        if (error instanceof OAuth2Error && error.error === 'invalid_grant')
          throw ended('the refresh token is no longer valid')
        throw error
      })
      refreshToken = renewed.refreshToken ?? current
      if (refreshToken !== current) await options.onRefreshToken?.(refreshToken)
      return renewed
    }
  }

  return Object.freeze({
    async login({ prompt, signal }: Parameters<DeviceLogin['login']>[0]) {
      const begun = await beginDevice(grants, parameters, signal)
      await prompt(begun.code)
      const token = await pollDevice(grants, begun, signal)
      if (token.refreshToken !== undefined) await options.onRefreshToken?.(token.refreshToken)
      return authorized(renewing(token.refreshToken), token)
    },
    resume: (refreshToken: string) => authorized(renewing(refreshToken)),
  })
}

function ended(why: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_LOGIN_ENDED', `The login is over: ${why}. Log in again.`)
}
