import { createPublicKey } from 'node:crypto'
import { Buffer } from 'node:buffer'
import type { JSONWebKeySet, JWK } from 'jose'
import type { Algorithm } from './algorithm.ts'
import { JwtError } from './jwt-error.ts'
import { keySource, type Jwks } from './jwks.ts'
import { findKeys, readKeySet, type KeySet } from './key-set.ts'

/** A public key in PEM, `-----BEGIN PUBLIC KEY-----`. */
export interface PemKey {
  readonly pem: string
  /** Needed for RSA, unless the guard's `algorithms` names one for RSA. */
  readonly alg?: Algorithm
  readonly kid?: string
}

/** A secret for HMAC: at least as many bytes as the hash has. */
export interface SecretKey {
  /** Text counts by its bytes in UTF-8. */
  readonly secret: string | Uint8Array
  readonly alg: 'HS256' | 'HS384' | 'HS512'
  readonly kid?: string
}

/** A key that is known when the service starts. */
export type LocalKey = JWK | PemKey | SecretKey

/**
 * Keys that are known when the service starts. A key without `kid` serves tokens of any `kid`.
 *
 * @throws {JwtError} `ERR_JWT_KEY` when a key is private, weak or malformed, when two have one `kid` and type, when a
 * secret stands beside public keys or looks like one, and when no key is left that can verify.
 */
export function localJwks(keys: JSONWebKeySet | readonly LocalKey[] | LocalKey): Jwks {
  const set = readLocal(keys)
  const report = { status: 'pass', observedValue: set.keys.size, observedUnit: 'keys' } as const
  return {
    [keySource]: {
      fixed: set,
      holds: (key) => set.keys.has(key),
      find({ kid, kty }) {
        const found = findKeys(set, { kid, kty })
        return found.length > 0 ? found : findKeys(set, { kid: undefined, kty }).filter((key) => key.kid === undefined)
      },
    },
    warmUp: () => Promise.resolve(),
    check: () => Promise.resolve(report),
  }
}

function readLocal(given: JSONWebKeySet | readonly LocalKey[] | LocalKey): KeySet {
  const keys = isList(given) ? given : isDocument(given) ? given.keys : [given]
  const set = readKeySet({ keys: keys.map((key) => toJwk(key)) })
  if (typeof set === 'string') throw new JwtError('ERR_JWT_KEY', `The keys cannot be used: ${set}.`)
  if (set.unfit.length > 0) throw new JwtError('ERR_JWT_KEY', `Keys that must not be used: ${set.unfit.join('; ')}.`)
  if (set.keys.size > 0) return set
  const reasons = set.unrelated.length > 0 ? set.unrelated.join('; ') : 'there are none'
  throw new JwtError('ERR_JWT_KEY', `No key can verify a token: ${reasons}.`)
}

function isList(given: object): given is readonly LocalKey[] {
  return Array.isArray(given)
}

function isDocument(given: JSONWebKeySet | LocalKey): given is JSONWebKeySet {
  return 'keys' in given && Array.isArray(given.keys)
}

function toJwk(key: LocalKey): JWK {
  if (typeof key !== 'object' || key === null)
    throw new JwtError('ERR_JWT_KEY', 'A key is an object: { kty, … }, { pem } or { secret, alg }.')
  if (isPem(key)) return pemToJwk(key)
  return isSecret(key) ? secretToJwk(key) : key
}

function isPem(key: LocalKey): key is PemKey {
  return 'pem' in key && typeof key.pem === 'string'
}

function isSecret(key: LocalKey): key is SecretKey {
  return 'secret' in key && (typeof key.secret === 'string' || key.secret instanceof Uint8Array)
}

function pemToJwk({ pem, ...rest }: PemKey): JWK {
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) {
    throw new JwtError(
      'ERR_JWT_KEY',
      'A pem is a public key that begins with -----BEGIN PUBLIC KEY-----. Never give a private key to verify with.',
    )
  }
  try {
    return { ...createPublicKey(pem).export({ format: 'jwk' }), ...rest }
  } catch (cause) {
    throw new JwtError('ERR_JWT_KEY', 'The pem cannot be read.', { cause })
  }
}

function secretToJwk({ secret, ...rest }: SecretKey): JWK {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret)
  // Whoever knows a public key could sign with it, if it were taken for a secret.
  if (/^\s*(?:-----BEGIN |ssh-|\{\s*"k(?:ty|eys)")/.test(bytes.toString('latin1')) || isDerKey(bytes)) {
    throw new JwtError('ERR_JWT_KEY', 'The secret looks like a public key. Write { pem } or the JWK itself.')
  }
  return { ...rest, kty: 'oct', k: bytes.toString('base64url') }
}

function isDerKey(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false
  try {
    createPublicKey({ key: bytes, format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}
