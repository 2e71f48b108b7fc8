import { decodeBase64 } from './decode-base64.ts'
import { hasControlCharacter, normalized, type Normalization } from './password-text.ts'

/** A user name and a password that somebody has sent. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

/** No user name and password are longer, as base64. */
const maxLength = 4096

/** A byte order mark is a character of the name like any other. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads the credentials of RFC 7617 §2, without the scheme, or `undefined` when they are none. */
export function parseCredentials(text: string, normalization: Normalization): Credentials | undefined {
  if (text.length > maxLength) return undefined
  const bytes = decodeBase64(text)
  const decoded = bytes && decode(bytes)
  if (decoded === undefined || hasControlCharacter(decoded)) return undefined
  // The name has no colon, the password may have several.
  const colon = decoded.indexOf(':')
  if (colon < 0) return undefined
  return {
    user: normalized(decoded.slice(0, colon), normalization),
    password: normalized(decoded.slice(colon + 1), normalization),
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
