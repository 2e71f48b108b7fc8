import { Buffer } from 'node:buffer'
import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'

/** A client that holds a key. */
export interface ProofClient {
  readonly publicJwk: JWK
  readonly privateJwk: JWK
  /** The thumbprint of its key (RFC 7638). */
  readonly jkt: string
  /** A proof for a GET of `https://api.test/` at the given time, with these claims in place of the usual ones. */
  prove(given: ProofOptions): string
}

/** What a proof is to be. */
export interface ProofOptions {
  readonly token: string
  /** Milliseconds. @default now */
  readonly now?: number
  readonly claims?: Readonly<Record<string, unknown>>
  /** Members of the header, in place of the usual ones. */
  readonly header?: Readonly<Record<string, unknown>>
}

/** A client with a new key for ES256. */
export function proofClient(): ProofClient {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicJwk: JWK = { ...publicKey.export({ format: 'jwk' }), kty: 'EC' }
  const { crv, kty, x, y } = publicJwk
  return {
    publicJwk,
    privateJwk: { ...privateKey.export({ format: 'jwk' }), kty: 'EC' },
    jkt: digest(JSON.stringify({ crv, kty, x, y })),
    prove({ token, now = Date.now(), claims, header }) {
      const usual = { jti: randomUUID(), htm: 'GET', htu: 'https://api.test/', iat: Math.floor(now / 1000) }
      return signProof(
        { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk, ...header },
        { ...usual, ath: digest(token), ...claims },
        privateKey,
      )
    },
  }
}

/** A proof of any header and claims, signed as ES256 signs. */
export function signProof(header: object, claims: unknown, key: KeyObject): string {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** One part of a token. */
export function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** SHA-256 as base64url. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
