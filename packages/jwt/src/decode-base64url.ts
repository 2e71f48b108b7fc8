import { Buffer } from 'node:buffer'

/**
 * The bytes of unpadded canonical base64url text (RFC 7515 §2, RFC 4648 §3.5), or `undefined` for anything else.
 * Only what an encoder would write again, to the letter, is canonical.
 */
export function decodeBase64url(text: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
