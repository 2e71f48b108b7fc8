import { Buffer } from 'node:buffer'

/** The last characters whose unused bits are zero, by the length of the text modulo 4 (RFC 4648 §3.5). */
const tails: readonly (ReadonlySet<string> | undefined)[] = [
  undefined,
  new Set(),
  new Set('AQgw'),
  new Set('AEIMQUYcgkosw048'),
]

/** Whether the length and the last character of base64url text are those that an encoder writes. */
export function isCanonical(text: string): boolean {
  return tails[text.length % 4]?.has(text.charAt(text.length - 1)) ?? true
}

/** The bytes of unpadded canonical base64url text (RFC 7515 §2), or `undefined` for anything else. */
export function decodeBase64url(text: unknown): Buffer | undefined {
  if (typeof text !== 'string' || !/^[\w-]*$/.test(text) || !isCanonical(text)) return undefined
  return Buffer.from(text, 'base64url')
}
