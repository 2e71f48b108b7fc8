import { documentUrl } from '@seaworthy/jwt/metadata'
import * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import { accepted, conforming } from '../provider-answer.ts'
import type { GrantClient } from './authorized-client.ts'

/** What somebody has to be told. */
export interface DeviceCode {
  /** What they enter. Printable ASCII. */
  readonly userCode: string
  /** Where they enter it. */
  readonly verificationUri: string
  /** The same address with the code in it, for a QR code, where the provider has one. */
  readonly verificationUriComplete: string | undefined
  /** Until when, in milliseconds since 1970. */
  readonly expiresAt: number
}

/** A login that has begun. */
export interface BegunDevice {
  readonly code: DeviceCode
  readonly deviceCode: string
  /** Milliseconds between two questions. */
  readonly interval: number
}

/** RFC 8628 §3.2 */
const usualInterval = 5_000
const longestLife = 3_600_000

/**
 * Asks for a code.
 *
 * @throws {OAuth2Error} when the provider refuses, cannot be reached, or answers with what nobody should be shown.
 */
export async function beginDevice(
  { provider, clock }: GrantClient,
  parameters: URLSearchParams,
  signal: AbortSignal | undefined,
): Promise<BegunDevice> {
  const { client, authenticate } = provider
  const server = await provider.server.metadata()
  if (server.device_authorization_endpoint === undefined) {
    throw new OAuth2Error('ERR_OAUTH2_DISCOVERY', 'The provider names no device_authorization_endpoint.')
  }
  const askedAt = clock.now()
  const request = (): Promise<Response> =>
    oauth.deviceAuthorizationRequest(server, client, authenticate, parameters, provider.requestOptions(signal))
  const answer = await accepted(await conforming(request, signal))
  const told = await conforming(() => oauth.processDeviceAuthorizationResponse(server, client, answer))
  return {
    deviceCode: told.device_code,
    interval: told.interval === undefined ? usualInterval : Math.max(1_000, told.interval * 1_000),
    code: {
      userCode: printable(told.user_code),
      verificationUri: webAddress(told.verification_uri),
      verificationUriComplete: told.verification_uri_complete && webAddress(told.verification_uri_complete),
      expiresAt: askedAt + Math.min(told.expires_in * 1_000, longestLife),
    },
  }
}

/** A terminal obeys what is not printable. */
function printable(code: string): string {
  if (/^[\x20-\x7e]{1,64}$/.test(code)) return code
  throw new OAuth2Error('ERR_OAUTH2_RESPONSE', 'The provider gave a code that cannot be shown.')
}

function webAddress(address: string): string {
  try {
    return documentUrl(address).href
  } catch {
    throw new OAuth2Error('ERR_OAUTH2_RESPONSE', 'The provider gave an address that nobody should be sent to.')
  }
}
