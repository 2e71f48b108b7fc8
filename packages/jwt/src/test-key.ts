import { Buffer } from 'node:buffer'
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  type KeyObject,
  type SignKeyObjectInput,
} from 'node:crypto'
import type { JWK } from 'jose'
import { traitsOf, type Algorithm } from './algorithm.ts'

/** An algorithm with a public key. */
export type TestAlgorithm = Exclude<Algorithm, `HS${string}`>

/** A key that tokens of tests are signed with. */
export interface TestKey {
  readonly kid: string
  readonly alg: TestAlgorithm
  /** With its private part: keep it to run the same issuer again. */
  readonly privateJwk: JWK
  readonly publicJwk: JWK
  /** The signature over text, as a JWS has it. */
  sign(text: string): string
}

/** Makes a new key. */
export function newTestKey(alg: TestAlgorithm): TestKey {
  const privateJwk = generate(alg).export({ format: 'jwk' })
  return testKey({ ...privateJwk, kty: String(privateJwk.kty), kid: randomUUID(), alg })
}

function generate(alg: TestAlgorithm): KeyObject {
  const { kty, crv } = traitsOf(alg) ?? {}
  if (kty === 'EC') return generateKeyPairSync('ec', { namedCurve: crv ?? '' }).privateKey
  if (kty === 'OKP') return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

/**
 * The key of a private JWK with `kid` and `alg`.
 *
 * @throws {TypeError} when it is none.
 */
export function testKey(privateJwk: JWK): TestKey {
  const { kid, alg } = privateJwk
  if (kid === undefined || !isTestAlgorithm(alg)) throw new TypeError('A key of a test issuer needs kid and alg.')
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  const exported = createPublicKey(key).export({ format: 'jwk' })
  const publicJwk = { ...exported, kty: String(exported.kty), kid, alg, use: 'sig' }
  const hash = traitsOf(alg)?.kty === 'OKP' ? null : `sha${traitsOf(alg)?.bits}`
  const input = signInput(key, alg)
  return { kid, alg, privateJwk, publicJwk, sign: (text) => sign(hash, Buffer.from(text), input).toString('base64url') }
}

function isTestAlgorithm(alg: string | undefined): alg is TestAlgorithm {
  const kty = traitsOf(alg)?.kty
  return kty !== undefined && kty !== 'oct'
}

function signInput(key: KeyObject, alg: TestAlgorithm): SignKeyObjectInput {
  if (alg.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return { key }
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}
