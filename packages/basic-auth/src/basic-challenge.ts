import { challenge } from '@seaworthy/security'
import { BasicAuthError } from './basic-auth-error.ts'

/**
 * The challenge of RFC 7617 §2 and §2.1.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_REALM` when the realm is empty, or cannot stand in a header.
 */
export function basicChallenge(realm: string): string {
  if (typeof realm === 'string' && /^[\x20-\x7e]+$/.test(realm)) return challenge('Basic', { realm, charset: 'UTF-8' })
  throw new BasicAuthError(
    'ERR_BASIC_AUTH_REALM',
    "realm is needed, in printable ASCII without control characters: realm: 'Back office'.",
  )
}
