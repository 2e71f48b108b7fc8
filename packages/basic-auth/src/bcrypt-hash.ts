import { randomBytes } from 'node:crypto'
import type * as module from '@node-rs/bcrypt'
import { hasFunctions, loadNative } from './native-module.ts'
import type { PasswordHash } from './password-hash.ts'
import { bounded, refusedHash } from './refuse-hash.ts'

type Bcrypt = Pick<typeof module, 'hash' | 'verify'>

const currentCost = 12

/** Of a longer password, bcrypt ignores what comes after. */
export const bcryptMaxBytes = 72

/** `$2x$` marks hashes of a broken implementation. The last characters of salt and digest have unused bits: zero. */
const form = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/
const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

let loaded: Bcrypt | undefined

function bcrypt(): Bcrypt {
  const isBcrypt = (given: unknown): given is Bcrypt => hasFunctions(given, 'hash', 'verify')
  return (loaded ??= loadNative('@node-rs/bcrypt', isBcrypt))
}

/**
 * Reads a hash of bcrypt.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when its form or its cost is refused, and `ERR_BASIC_AUTH_NATIVE`
 * when bcrypt cannot be had on this machine.
 */
export function bcryptHash(text: string): PasswordHash {
  const [, written] = form.exec(text) ?? []
  if (written === undefined) throw refusedHash('it is no bcrypt of the versions $2a$, $2b$ and $2y$.')
  const cost = bounded('the cost of bcrypt', written, 4, 15)
  const { verify } = bcrypt()
  return {
    kind: 'bcrypt',
    outdated: cost < currentCost,
    maxBytes: bcryptMaxBytes,
    matches: (password) => verify(password, text),
    dummy: () => bcryptHash(`$2b$${written}$${randomText(21)}.${randomText(30)}.`),
  }
}

/** Hashes by bcrypt with a cost of 12. The password has at most {@link bcryptMaxBytes}. */
export async function hashByBcrypt(password: Uint8Array): Promise<string> {
  return bcrypt().hash(password, { cost: currentCost, version: '2b' })
}

/** Has bcrypt ready before it is known whether a hash needs it. */
export function requireBcrypt(): void {
  bcrypt()
}

function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('')
}
