import { Buffer } from 'node:buffer'
import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'
import { invalidOption } from './api-key-error.ts'

/** Makes the digest of a key by which stores know it. */
export type DigestKey = (key: string) => string

/**
 * SHA-256 of the whole key, or HMAC-SHA-256 with the pepper. A key has 178 random bits: nothing slower is needed.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when the pepper has less than 16 bytes.
 */
export function digestWith(pepper: string | Uint8Array | undefined): DigestKey {
  if (pepper === undefined) return (key) => hash('sha256', key, 'base64url')
  const bytes = typeof pepper === 'string' ? Buffer.from(pepper) : pepper
  if (!(bytes instanceof Uint8Array) || bytes.length < 16) {
    throw invalidOption('pepper', 'Use at least 16 random bytes, or leave it out.')
  }
  const secret = createSecretKey(bytes)
  return (key) => createHmac('sha256', secret).update(key).digest('base64url')
}

/** Compares digests in a time that tells nothing of where they differ. */
export function isSameDigest(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))
}
