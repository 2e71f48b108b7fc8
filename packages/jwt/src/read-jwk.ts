import { Buffer } from 'node:buffer'
import { createHmac, randomBytes } from 'node:crypto'
import { importJWK, type JWK } from 'jose'
import { algorithmOfCurve, traitsOf, type Algorithm } from './algorithm.ts'
import { decodeBase64url } from './decode-base64url.ts'
import { isKeyId } from './key-id.ts'
import { isOnCurve } from './on-curve.ts'
import type { JsonObject } from './parse-json-object.ts'
import { verificationKey, type VerificationKey } from './verification-key.ts'

/** Why an entry of a key set is left out: it is for something else, or it must not be used. */
export type RejectedKey = { readonly unrelated: string } | { readonly unfit: string }

const processKey = randomBytes(32)

/** The members with which JWKs carry private parts. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv']

/** Reads a key for verification from a JWK (RFC 7517), by RFC 7518 §3 and RFC 8725 §3.5. */
export function readJwk(jwk: JsonObject): VerificationKey | RejectedKey {
  const { kid, use, key_ops: operations, alg, ext } = jwk
  if (use !== undefined && use !== 'sig') return { unrelated: 'its use is not sig' }
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return { unrelated: 'its key_ops have no verify' }
  }
  if (kid !== undefined && !isKeyId(kid)) return { unfit: 'its kid is not short printable text' }
  if (ext !== undefined && typeof ext !== 'boolean') return { unfit: 'its ext is not a boolean' }
  if (privateMembers.some((member) => Object.hasOwn(jwk, member))) return { unfit: 'it is a private key' }
  if (alg !== undefined && !traitsOf(alg)) return { unrelated: 'its alg is not accepted' }
  const material = readMaterial(jwk)
  return 'algorithm' in material ? keyOf(jwk, kid, material) : material
}

/** What of a JWK is the key. */
interface Material {
  readonly jwk: JWK & { readonly kty: 'oct' | 'RSA' | 'EC' | 'OKP' }
  readonly algorithm: Algorithm | undefined
}

function readMaterial(jwk: JsonObject): Material | RejectedKey {
  switch (jwk['kty']) {
    case 'RSA':
      return readRsa(jwk)
    case 'EC':
      return readEc(jwk)
    case 'OKP':
      return readOkp(jwk)
    case 'oct':
      return readSecret(jwk)
    default:
      return { unrelated: 'its kty is not accepted' }
  }
}

function readRsa({ n, e, alg }: JsonObject): Material | RejectedKey {
  const [modulus, exponent] = [decodeBase64url(n), decodeBase64url(e)]
  if (typeof n !== 'string' || typeof e !== 'string' || !modulus || !exponent) return { unfit: 'it has no n or e' }
  const bits = bitLength(modulus)
  if (bits < 2048 || bits > 8192) return { unfit: `it has ${bits} bits, not 2048 to 8192` }
  const { length } = exponent
  const value = length === 0 || length > 5 ? 0 : exponent.readUIntBE(0, length)
  // Small exponents are weak, 1 makes forging trivial, and huge ones make verification slow.
  if (value < 65537 || value % 2 === 0) return { unfit: 'its exponent is not odd, from 65537 and of at most 40 bits' }
  return matched({ kty: 'RSA', n, e }, alg)
}

function readEc({ crv, x, y, alg }: JsonObject): Material | RejectedKey {
  const algorithm = algorithmOfCurve(crv)
  if (algorithm === undefined || typeof crv !== 'string' || crv === 'Ed25519')
    return { unrelated: 'its crv is not accepted' }
  const [px, py] = [decodeBase64url(x), decodeBase64url(y)]
  if (typeof x !== 'string' || typeof y !== 'string' || !px || !py || !isOnCurve(crv, px, py)) {
    return { unfit: 'it is not a point on its curve' }
  }
  return matched({ kty: 'EC', crv, x, y }, alg ?? algorithm, algorithm)
}

function readOkp({ crv, x, alg }: JsonObject): Material | RejectedKey {
  if (crv !== 'Ed25519') return { unrelated: 'its crv is not accepted' }
  const point = decodeBase64url(x)
  if (typeof x !== 'string' || point?.length !== 32) return { unfit: 'it is not 32 bytes' }
  if (isSmallOrder(point)) return { unfit: 'it is a point of small order' }
  return matched({ kty: 'OKP', crv, x }, alg ?? 'Ed25519', 'Ed25519')
}

function readSecret({ k, alg }: JsonObject): Material | RejectedKey {
  const secret = decodeBase64url(k)
  const traits = traitsOf(alg)
  if (typeof k !== 'string' || !secret || traits?.kty !== 'oct') return { unfit: 'an HMAC key needs k and an alg' }
  if (secret.length * 8 < traits.bits) return { unfit: `for ${traits.name} it needs at least ${traits.bits / 8} bytes` }
  return matched({ kty: 'oct', k }, alg)
}

/** The key with its algorithm, if the two belong together. */
function matched(jwk: Material['jwk'], alg: unknown, only?: Algorithm): Material | RejectedKey {
  const traits = traitsOf(alg)
  if (traits === undefined) return { jwk, algorithm: undefined }
  if (traits.kty !== jwk.kty || (only !== undefined && traits.name !== only))
    return { unfit: 'its alg is of other keys' }
  return { jwk, algorithm: traits.name }
}

function keyOf(source: JsonObject, kid: string | undefined, { jwk, algorithm }: Material): VerificationKey {
  // Keyed, so that what is shown of a secret says nothing of it.
  const fingerprint = createHmac('sha256', processKey)
    .update(JSON.stringify([kid, algorithm, jwk]))
    .digest('base64url')
  return verificationKey({ kid, kty: jwk.kty, algorithm, fingerprint }, async (used) => {
    const key = jwk.kty === 'oct' ? await importSecret(source['k'], used) : await importJWK(jwk, used)
    if (key instanceof Uint8Array) throw new TypeError('A public key cannot be bytes.')
    return key
  })
}

function importSecret(k: unknown, algorithm: Algorithm): Promise<CryptoKey> {
  const bytes = Buffer.from(String(k), 'base64url')
  const hash = `SHA-${traitsOf(algorithm)?.bits ?? 0}`
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['verify'])
}

function bitLength(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}

/** The y of the points of order 1, 2, 4 and 8, and their spellings beyond the field: any signature fits some of them. */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

function isSmallOrder(point: Buffer): boolean {
  const y = Buffer.from(point)
  y[31] = (y[31] ?? 0) & 0x7f
  return smallOrder.has(y.toString('hex'))
}
