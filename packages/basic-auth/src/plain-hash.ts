import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { derivedHash } from './derived-hash.ts'
import type { PasswordHash } from './password-hash.ts'

/** A password that is stored as it is. It is compared by digests, so that its length does not show. */
export function plainHash(text: string): PasswordHash {
  const digestOf = (password: Uint8Array): Uint8Array => createHash('sha256').update(password).digest()
  return derivedHash({
    kind: 'plain',
    outdated: true,
    salt: Buffer.alloc(0),
    digest: digestOf(Buffer.from(text)),
    derive: digestOf,
  })
}
