import type { MaybePromise } from '@seaworthy/middleware'
import { type Algorithm, type KeyType, traitsOf } from './algorithm.ts'

/** A public key, or an HMAC key, that has passed every check. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly kty: KeyType
  /** The one algorithm of the key; `undefined` for an RSA key that names none. */
  readonly algorithm: Algorithm | undefined
  /** Equal for equal keys. */
  readonly fingerprint: string
  /** The key for Web Crypto. It is imported once for each algorithm. */
  imported(algorithm: Algorithm): MaybePromise<CryptoKey>
}

/** Makes a key that is imported when it is first used. */
export function verificationKey(
  described: Omit<VerificationKey, 'imported'>,
  importKey: (algorithm: Algorithm) => Promise<CryptoKey>,
): VerificationKey {
  const imports = new Map<Algorithm, MaybePromise<CryptoKey>>()

  async function begin(algorithm: Algorithm): Promise<CryptoKey> {
    const key = await importKey(algorithm)
    imports.set(algorithm, key)
    return key
  }

  function imported(algorithm: Algorithm): MaybePromise<CryptoKey> {
    let key = imports.get(algorithm)
    if (!key) imports.set(algorithm, (key = begin(algorithm)))
    return key
  }

  return Object.freeze({ ...described, imported })
}

/**
 * The one algorithm that a key is used with (RFC 8725 §3.1): its own, if it is among those that are allowed. An RSA
 * key without one has that of the option, if the option names exactly one for RSA.
 */
export function algorithmFor(
  key: Pick<VerificationKey, 'algorithm' | 'kty'>,
  allowed: ReadonlySet<Algorithm> | undefined,
): Algorithm | undefined {
  if (key.algorithm !== undefined) return !allowed || allowed.has(key.algorithm) ? key.algorithm : undefined
  const candidates = [...(allowed ?? [])].filter((name) => traitsOf(name)?.kty === key.kty)
  return candidates.length === 1 ? candidates[0] : undefined
}
