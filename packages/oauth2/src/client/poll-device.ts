import * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import type { GrantClient } from './authorized-client.ts'
import type { BegunDevice } from './device-code.ts'
import type { IssuedToken } from './issued-token.ts'
import { wait } from './wait.ts'

/** RFC 8628 §3.5 */
const slowerBy = 5_000
const longestInterval = 60_000

/**
 * Asks for the token, at the provider's pace, until somebody has agreed, refused, or let the code expire.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_REFUSED` when they have not agreed, and the reason of the signal.
 */
export async function pollDevice(
  { provider, clock, request }: GrantClient,
  { code, deviceCode, interval: first }: BegunDevice,
  signal: AbortSignal | undefined,
): Promise<IssuedToken> {
  const { client, authenticate } = provider
  let interval = first
  for (;;) {
    if (clock.now() + interval >= code.expiresAt) throw expired()
    await wait(clock, interval, signal)
    try {
      return await request(
        {
          send: (server, given) => oauth.deviceCodeGrantRequest(server, client, authenticate, deviceCode, given),
          read: (server, answer) => oauth.processDeviceCodeResponse(server, client, answer),
        },
        signal,
      )
    } catch (error) {
      interval = nextInterval(error, interval)
    }
  }
}

/** How long to wait after a question that had no token for an answer. Throws what ends the login. */
function nextInterval(error: unknown, interval: number): number {
  if (!(error instanceof OAuth2Error)) throw error
  if (error.error === 'authorization_pending') return interval
  if (error.error === 'slow_down') return interval + slowerBy
  if (error.code === 'ERR_OAUTH2_UNAVAILABLE' || error.code === 'ERR_OAUTH2_DISCOVERY') {
    return Math.max(interval, Math.min(interval * 2, longestInterval), error.retryAfter ?? 0)
  }
  throw error
}

function expired(): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_REFUSED', 'The code has expired before anybody agreed.', {
    error: 'expired_token',
  })
}
