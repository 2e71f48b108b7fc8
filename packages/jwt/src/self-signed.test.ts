import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encode } from './forge.test-kit.ts'
import { createJwtVerifier, verifySelfSigned, type Algorithm } from './index.ts'
import { createTestIssuer } from './testing.ts'

const rules = { typ: 'dpop+jwt', algorithms: new Set<Algorithm>(['ES256', 'RS256', 'Ed25519']) }

/** RFC 9449 §4.2, Figure 2: its header, its payload and its signature. */
const figure2 = [
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19',
  'eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ',
  '2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg',
] as const

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicJwk = pair.publicKey.export({ format: 'jwk' })

function signed(header: Record<string, unknown>, payload: unknown = { jti: 'a' }): string {
  const text = `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk, ...header })}.${encode(payload)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

describe('a token that brings its own key', () => {
  test('verifies as RFC 9449 prints it, also again, and has the thumbprint of its key (jwt/69)', async () => {
    for (let i = 0; i < 2; i++) {
      expect(await verifySelfSigned(figure2.join('.'), rules)).toEqual({
        payload: {
          jti: '-BwC3ESc6acc2lTc',
          htm: 'POST',
          htu: 'https://server.example.com/token',
          iat: 1_562_262_616,
        },
        thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      })
    }
    expect(await verifySelfSigned(signed({}), rules)).toMatchObject({ payload: { jti: 'a' } })
  })

  test('verifies with RSA and Ed25519 (jwt/69)', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const okp = generateKeyPairSync('ed25519')
    for (const [alg, { publicKey, privateKey }] of [
      ['RS256', rsa],
      ['EdDSA', okp],
      ['Ed25519', okp],
    ] as const) {
      const header = { typ: 'dpop+jwt', alg, jwk: publicKey.export({ format: 'jwk' }) }
      const text = `${encode(header)}.${encode({ alg })}`
      const signature = sign(alg === 'RS256' ? 'sha256' : null, Buffer.from(text), privateKey)
      expect(await verifySelfSigned(`${text}.${signature.toString('base64url')}`, rules)).toMatchObject({
        payload: { alg },
      })
    }
  })

  test.each<[string, Record<string, unknown>]>([
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['no signature', { alg: 'none' }],
    ['an algorithm of shared secrets', { alg: 'HS256' }],
    ['an algorithm that is not among them', { alg: 'ES384' }],
    ['an algorithm of other keys', { alg: 'RS256' }],
    ['no key', { jwk: undefined }],
    ['a key that is no object', { jwk: 'x' }],
    ['a private key', { jwk: pair.privateKey.export({ format: 'jwk' }) }],
    ['a key off its curve', { jwk: { ...publicJwk, y: publicJwk.x } }],
    ['a key of another type', { jwk: { ...publicJwk, kty: 'RSA' } }],
    ['a shared secret', { jwk: { kty: 'oct', k: 'A'.repeat(64), alg: 'HS256' } }],
    ['a key for encryption', { jwk: { ...publicJwk, use: 'enc' } }],
    ['a key of another algorithm', { jwk: { ...publicJwk, alg: 'ES384' } }],
    ['a critical header', { crit: ['exp'] }],
    ['another key', { jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) }],
  ])('is refused with %s (jwt/69)', async (_name, header) => {
    expect(await verifySelfSigned(signed(header), rules)).toEqual(expect.any(String))
  })

  test('is refused when its own public key serves as a secret (jwt/69)', async () => {
    const text = `${encode({ typ: 'dpop+jwt', alg: 'HS256', jwk: publicJwk })}.${encode({})}`
    for (const secret of [JSON.stringify(publicJwk), pair.publicKey.export({ type: 'spki', format: 'pem' })]) {
      const token = `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
      expect(await verifySelfSigned(token, rules)).toEqual(expect.any(String))
    }
  })

  test('is refused when anything of it was changed (jwt/69)', async () => {
    const [header, payload, signature] = figure2
    const changed = encode({ jti: 'b', htm: 'POST', htu: 'https://server.example.com/token', iat: 1_562_262_616 })
    for (const token of [
      [header, changed, signature],
      [header, payload, signature.replace('2', '3')],
      [header, payload],
      [header, payload, `${signature}=`],
      [`${header} `, payload, signature],
      [],
    ]) {
      expect(await verifySelfSigned(token.join('.'), rules)).toEqual(expect.any(String))
    }
  })
})

test('a verdict has the claims as the issuer wrote them, besides those of the schema (jwt/70)', async () => {
  const issuer = createTestIssuer()
  const verifier = createJwtVerifier({
    issuer: issuer.issuer,
    audience: 'https://api.test',
    jwks: issuer.jwks(),
    claims: { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { role: 'admin' } }) } },
  })
  const presented = { token: issuer.token({ cnf: { jkt: 'a' } }), digest: undefined }
  const expected = { principal: { claims: { role: 'admin' } }, token: { cnf: { jkt: 'a' }, sub: 'test-user' } }
  expect(await verifier.verify(presented)).toMatchObject(expected)
  expect(verifier.recall(presented)).toMatchObject(expected)
})
