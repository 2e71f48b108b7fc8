import { randomBytes, timingSafeEqual } from 'node:crypto'
import { isPromise, type MaybePromise } from '@seaworthy/middleware'
import type { PasswordHash } from './password-hash.ts'

/** A hash whose digest is derived from password and salt, and then compared. */
export interface Derivation extends Pick<PasswordHash, 'kind' | 'outdated'> {
  readonly salt: Uint8Array
  readonly digest: Uint8Array
  /** Gives as many bytes as `digest` has. */
  derive(password: Uint8Array, salt: Uint8Array, length: number): MaybePromise<Uint8Array>
}

/** The hash of a derivation. */
export function derivedHash(derivation: Derivation): PasswordHash {
  const { kind, outdated, salt, digest } = derivation
  const isDigest = (derived: Uint8Array): boolean =>
    derived.byteLength === digest.byteLength && timingSafeEqual(derived, digest)
  return {
    kind,
    outdated,
    maxBytes: Infinity,
    matches(password) {
      const derived = derivation.derive(password, salt, digest.byteLength)
      return isPromise(derived) ? derived.then(isDigest) : isDigest(derived)
    },
    dummy: () =>
      derivedHash({ ...derivation, salt: randomBytes(salt.byteLength), digest: randomBytes(digest.byteLength) }),
  }
}
