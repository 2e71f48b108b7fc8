import type * as module from '@node-rs/argon2'
import { derivedHash } from './derived-hash.ts'
import { hasFunctions, loadNative } from './native-module.ts'
import type { PasswordHash } from './password-hash.ts'
import { readSalted } from './read-salted.ts'
import { bounded, refusedHash } from './refuse-hash.ts'

type Argon2 = Pick<typeof module, 'hash' | 'hashRaw'>

/** RFC 9106 §3.1; what `@node-rs/argon2` calls its algorithms and versions, which it declares as constant enums. */
const types = { i: 1, id: 2 } as const
const versions: Readonly<Record<string, number>> = { '16': 0, '19': 1 }

/** Of the settings that OWASP names, the one that takes the least memory. */
const current = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

const kibibytesIn256MiB = 262_144
const kibibytesIn1GiB = 1_048_576

const form = /^\$argon2(id|i)\$(?:v=(16|19)\$)?m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([^$]+)\$([^$]+)$/

let loaded: Argon2 | undefined

function argon2(): Argon2 {
  const isArgon2 = (given: unknown): given is Argon2 => hasFunctions(given, 'hash', 'hashRaw')
  return (loaded ??= loadNative('@node-rs/argon2', isArgon2))
}

/**
 * Reads a PHC string of argon2id or argon2i.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when its form or its parameters are refused, and
 * `ERR_BASIC_AUTH_NATIVE` when argon2 cannot be had on this machine.
 */
export function argon2Hash(text: string): PasswordHash {
  const [, type = '', version = '16', m = '', t = '', p = '', salt = '', digest = ''] = form.exec(text) ?? []
  if (type !== 'i' && type !== 'id') throw refusedHash('it is no PHC string of argon2id or argon2i with m, t and p.')
  const parallelism = bounded('p of argon2', p, 1, 16)
  const memoryCost = bounded('m of argon2', m, 8 * parallelism, kibibytesIn256MiB)
  const timeCost = bounded('t of argon2', t, 1, 64)
  bounded('m × t of argon2', memoryCost * timeCost, 8, kibibytesIn1GiB)
  const settings = { algorithm: types[type], version: versions[version] ?? 0, memoryCost, timeCost, parallelism }
  const { hashRaw } = argon2()
  return derivedHash({
    kind: `argon2${type}`,
    outdated: type === 'i' || version === '16' || memoryCost * timeCost < current.memoryCost * current.timeCost,
    ...readSalted(salt, digest),
    derive: (password, bytes, outputLen) => hashRaw(password, { ...settings, salt: bytes, outputLen }),
  })
}

/** Hashes by argon2id, as a PHC string. */
export async function hashByArgon2id(password: Uint8Array): Promise<string> {
  return argon2().hash(password, { ...current, algorithm: types.id, version: 1 })
}

/** Has argon2 ready before it is known whether a hash needs it. */
export function requireArgon2(): void {
  argon2()
}

/** A hash as {@link hashByArgon2id} makes it, that no password matches. */
export function argon2Dummy(): PasswordHash {
  const { memoryCost, timeCost, parallelism } = current
  const zeros = `${'A'.repeat(22)}$${'A'.repeat(43)}`
  return argon2Hash(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${zeros}`).dummy()
}
