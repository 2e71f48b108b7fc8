import type { PrivateKey } from 'oauth4webapi'
import { OAuth2Error } from './oauth2-error.ts'

/** A private key as JSON Web Key (RFC 7517). */
export interface PrivateJwk {
  readonly kty: string
  /** What it signs with. */
  readonly alg: string
  readonly kid?: string
  readonly [member: string]: unknown
}

const hashes = { 256: 'SHA-256', 384: 'SHA-384', 512: 'SHA-512' } as const
const curves = { 256: 'P-256', 384: 'P-384', 512: 'P-521' } as const

/**
 * A private key that signs, imported at its first use.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is public, cannot sign, or has an algorithm that is not supported.
 */
export function importPrivateKey(key: CryptoKey | PrivateJwk, kid?: string): () => Promise<PrivateKey> {
  if (isCryptoKey(key)) {
    if (key.type !== 'private' || !key.usages.includes('sign')) throw unusable('is no private key that may sign')
    const prepared: PrivateKey = kid === undefined ? { key } : { key, kid }
    return async () => prepared
  }
  if (typeof key?.['d'] !== 'string') throw unusable('has no private part')
  const algorithm = algorithmOf(key.alg)
  const { kid: own, ...jwk } = key
  const name = kid ?? own
  let imported: Promise<PrivateKey> | undefined

  async function load(): Promise<PrivateKey> {
    const loaded = await importJwk(jwk, algorithm)
    return name === undefined ? { key: loaded } : { key: loaded, kid: name }
  }
  return () => (imported ??= load())
}

/** What Web Crypto throws may have parts of the key in it. */
async function importJwk(jwk: object, algorithm: SigningAlgorithm): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['sign'] }, algorithm, false, ['sign'])
  } catch {
    throw unusable('cannot be imported')
  }
}

type SigningAlgorithm = { readonly name: string; readonly hash?: string; readonly namedCurve?: string }

/** RFC 7518 §3.1, in the words of Web Crypto. */
function algorithmOf(alg: unknown): SigningAlgorithm {
  if (alg === 'EdDSA' || alg === 'Ed25519') return { name: 'Ed25519' }
  const [, family, size] = /^(RS|PS|ES)(256|384|512)$/.exec(String(alg)) ?? []
  if (size !== '256' && size !== '384' && size !== '512') throw unusable('has no alg such as "ES256"')
  if (family === 'ES') return { name: 'ECDSA', namedCurve: curves[size] }
  return { name: family === 'PS' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: hashes[size] }
}

function isCryptoKey(key: CryptoKey | PrivateJwk): key is CryptoKey {
  return Object.prototype.toString.call(key) === '[object CryptoKey]'
}

/** The key itself stays out of the message. */
function unusable(why: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `The private key ${why}. Give a CryptoKey, or a private JWK with alg.`)
}
