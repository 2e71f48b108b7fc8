import { Buffer } from 'node:buffer'

/** RFC 4648 §4 with padding, and with the unused bits at the end zero (§3.5): each value has one spelling. */
const padded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/
const unpadded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048])?$/

/** The bytes of strict base64, or `undefined`. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return padded.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** The bytes of strict base64 without padding, as PHC strings have it, or `undefined`. */
export function decodeUnpaddedBase64(text: string): Uint8Array | undefined {
  return unpadded.test(text) ? Buffer.from(text, 'base64') : undefined
}
