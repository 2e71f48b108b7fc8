import { crc32 } from 'node:zlib'

/** The digits of base62, in the order that GitHub's tokens use. */
export const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The length of a {@link checksum}: 62⁶ is more than 2³². */
export const checksumLength = 6

/** CRC-32 in base62: it finds typing errors and made-up keys without a look at any store. It is no protection. */
export function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let i = 0; i < checksumLength; i++) {
    digits = base62.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}
