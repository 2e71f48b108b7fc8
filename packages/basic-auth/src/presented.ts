import { hash, randomBytes } from 'node:crypto'
import type { Exchange } from '@seaworthy/middleware'
import { authorizationCredentials, isDenial, type Denial } from '@seaworthy/security'

/** Credentials as they were sent: base64 that has not been looked at. */
export interface Presented {
  readonly text: string
  /** Of the text, with the key of the guard: filled in when it is first needed. */
  digest: string | undefined
}

/** Finds the credentials of a request. */
export function findPresented(x: Exchange): Presented | Denial | undefined {
  const text = authorizationCredentials(x, 'Basic')
  return text === undefined || isDenial(text) ? text : { text, digest: undefined }
}

/**
 * Makes the digest by which a guard knows credentials. It tells nothing to who does not have the key, which lives as
 * long as the guard. Only one text decodes to one name and one password, as the name has no colon: the digest of the
 * text is one of the pair, and costs no decoding.
 */
export function digester(): (presented: Presented) => string {
  const key = randomBytes(32).toString('hex')
  return (presented) => (presented.digest ??= hash('sha256', key + presented.text))
}
