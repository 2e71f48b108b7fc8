import type { MaybePromise } from '@seaworthy/middleware'

/** How a password was hashed. */
export type HashKind = 'argon2id' | 'argon2i' | 'bcrypt' | 'scrypt' | 'pbkdf2' | UnsafeHash

/** Ways in which no password should be kept: they are guessed by the billion, or are not hashed at all. */
export type UnsafeHash = 'apr1' | 'sha1' | 'plain'

/** A stored hash that has been read, and whose parameters are within bounds. */
export interface PasswordHash {
  readonly kind: HashKind
  /** Whether {@link hashPassword} makes a stronger one. */
  readonly outdated: boolean
  /** The bytes of a password that count: of a longer one the rest would be ignored. */
  readonly maxBytes: number
  matches(password: Uint8Array): MaybePromise<boolean>
  /** One that costs as much, and that no password matches. */
  dummy(): PasswordHash
}
