import { scrypt } from 'node:crypto'
import { derivedHash } from './derived-hash.ts'
import type { PasswordHash } from './password-hash.ts'
import { readSalted } from './read-salted.ts'
import { bounded, refusedHash } from './refuse-hash.ts'

interface Costs {
  readonly N: number
  readonly r: number
  readonly p: number
}

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,10}),p=(\d{1,10})\$([^$]+)\$([^$]+)$/
const bytesIn256MiB = 268_435_456
const bytesIn1GiB = 1_073_741_824

/**
 * Reads a PHC string of scrypt.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when its form or its parameters are refused.
 */
export function scryptHash(text: string): PasswordHash {
  const [, ln, rText = '', pText = '', salt = '', digest = ''] = form.exec(text) ?? []
  if (ln === undefined) throw refusedHash('it is no PHC string of scrypt with ln, r and p.')
  const N = 2 ** bounded('ln of scrypt', ln, 1, 24)
  const r = bounded('r of scrypt', rText, 1, 64)
  const p = bounded('p of scrypt', pText, 1, 64)
  // RFC 7914 §2: it takes 128 · N · r bytes, p times over.
  bounded('the memory of scrypt in bytes', 128 * N * r, 256, bytesIn256MiB)
  bounded('the memory of scrypt in bytes, p times over', 128 * N * r * p, 256, bytesIn1GiB)
  return derivedHash({
    kind: 'scrypt',
    outdated: true,
    ...readSalted(salt, digest),
    derive: (password, bytes, length) => deriveByScrypt(password, bytes, length, { N, r, p }),
  })
}

function deriveByScrypt(password: Uint8Array, salt: Uint8Array, length: number, costs: Costs): Promise<Uint8Array> {
  const maxmem = 128 * costs.r * (costs.N + costs.p + 2) + 1_048_576
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { ...costs, maxmem }, (error, derived) => (error ? reject(error) : resolve(derived)))
  })
}
