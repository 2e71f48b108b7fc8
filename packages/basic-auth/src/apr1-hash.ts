import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { derivedHash } from './derived-hash.ts'
import type { PasswordHash } from './password-hash.ts'
import { refusedHash } from './refuse-hash.ts'

const form = /^\$apr1\$([./0-9A-Za-z]{1,8})\$([./0-9A-Za-z]{21}[./01])$/
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const magic = Buffer.from('$apr1$')

/** The order in which the bytes of the digest are written, three to four characters. */
const groups: readonly (readonly [number, number, number])[] = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
]

/**
 * Reads what `htpasswd -m` writes: a thousand rounds of MD5.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when its form is refused.
 */
export function apr1Hash(text: string): PasswordHash {
  const [, salt, digest] = form.exec(text) ?? []
  if (salt === undefined || digest === undefined) throw refusedHash('it is no $apr1$ with a salt and 22 characters.')
  return derivedHash({
    kind: 'apr1',
    outdated: true,
    salt: Buffer.from(salt),
    digest: Buffer.from(digest),
    derive: (password, bytes) => Buffer.from(write(deriveApr1(password, bytes))),
  })
}

function deriveApr1(password: Uint8Array, salt: Uint8Array): Uint8Array {
  const inner = md5(password, salt, password)
  const parts: Uint8Array[] = [password, magic, salt]
  for (let left = password.byteLength; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(16, left)))
  for (let bits = password.byteLength; bits > 0; bits >>= 1)
    parts.push(bits % 2 === 1 ? Buffer.alloc(1) : password.subarray(0, 1))
  let digest = md5(...parts)
  for (let round = 0; round < 1000; round++) digest = nextRound(round, digest, password, salt)
  return digest
}

function nextRound(round: number, digest: Uint8Array, password: Uint8Array, salt: Uint8Array): Uint8Array {
  const odd = round % 2 === 1
  return md5(
    odd ? password : digest,
    ...(round % 3 === 0 ? [] : [salt]),
    ...(round % 7 === 0 ? [] : [password]),
    odd ? digest : password,
  )
}

function md5(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function write(digest: Uint8Array): string {
  const byte = (index: number): number => digest[index] ?? 0
  const written = groups.map(([a, b, c]) => characters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4))
  return written.join('') + characters(byte(11), 2)
}

function characters(value: number, count: number): string {
  let text = ''
  for (let index = 0; index < count; index++) text += alphabet.charAt((value >> (6 * index)) & 63)
  return text
}
