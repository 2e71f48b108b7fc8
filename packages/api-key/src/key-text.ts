import { invalidOption } from './api-key-error.ts'
import { base62, checksum, checksumLength } from './checksum.ts'
import type { ApiKeyRefusal } from './refusal.ts'

/** Thirty digits of base62 are 178 bits. */
export const secretLength = 30

/** Random bytes. */
export type RandomBytes = (size: number) => Uint8Array

/**
 * The prefix, when it is one.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when it is not.
 */
export function checkPrefix(prefix: string): string {
  if (typeof prefix === 'string' && prefix.length <= 40 && /^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/.test(prefix))
    return prefix
  throw invalidOption('prefix', "Use letters, digits and single underscores between them, such as 'acme_live'.")
}

/** A new key: the prefix, the secret, and the checksum of the secret. */
export function makeKey(prefix: string, random: RandomBytes): string {
  const secret = randomDigits(secretLength, random)
  return `${prefix}_${secret}${checksum(secret)}`
}

/** Random digits of base62, each as likely as the others. */
export function randomDigits(length: number, random: RandomBytes): string {
  let digits = ''
  while (digits.length < length) {
    for (const byte of random(length + 8)) {
      // 248 is 4 × 62: above it, some digits would be likelier than others.
      if (byte < 248 && digits.length < length) digits += base62.charAt(byte % 62)
    }
  }
  return digits
}

/** What is wrong with the text of a key, without a look at any store. */
export function flawOf(prefix: string): (key: string) => ApiKeyRefusal | undefined {
  const start = `${prefix}_`
  const length = start.length + secretLength + checksumLength
  return (key) => {
    // It may come from where types are not checked.
    if (typeof key !== 'string') return 'malformed'
    if (!key.startsWith(start)) return /^[A-Za-z]\w{36,}$/.test(key) ? 'wrong_prefix' : 'malformed'
    if (key.length !== length) return 'malformed'
    const sum = length - checksumLength
    return checksum(key.slice(start.length, sum)) === key.slice(sum) ? undefined : 'bad_checksum'
  }
}

/** What people may see of a key. */
export function hintOf(prefix: string, key: string): string {
  return `${prefix}_...${key.slice(-4)}`
}
