import { documentUrl } from '@seaworthy/jwt/metadata'
import { OAuth2Error } from '../oauth2-error.ts'

/**
 * An address of this service, as clients use it.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is not HTTPS, but for this machine, or has a fragment or
 *   credentials.
 */
export function resourceUrl(option: string, address: string): URL {
  try {
    const url = documentUrl(address)
    // RFC 9728 §1.2
    if (!address.includes('#')) return url
  } catch {}
  throw new OAuth2Error(
    'ERR_OAUTH2_OPTION',
    `${option} has to be an address of this service without a fragment, such as 'https://orders.example.com'.`,
  )
}
