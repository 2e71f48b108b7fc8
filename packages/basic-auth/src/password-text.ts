import { Buffer } from 'node:buffer'

/** How user names and passwords are made comparable. */
export type Normalization = 'NFC' | false

/** RFC 7617 §2: neither user name nor password has control characters. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

/** A text in the form in which it is compared (RFC 8265 §4.2.2). */
export function normalized(text: string, normalization: Normalization): string {
  return normalization === false ? text : text.normalize(normalization)
}

/** The bytes that are hashed. */
export function passwordBytes(password: string): Uint8Array {
  return Buffer.from(password, 'utf8')
}
