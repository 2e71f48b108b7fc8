import { describe, expect, test } from 'vitest'
import { ask, decode } from './forge.test-kit.ts'
import { jwt, localJwks } from './index.ts'
import { keySource } from './jwks.ts'
import { readHeader, type TokenHeader } from './read-header.ts'
import { criticalHeader, rfcVectors, unsecured, type RfcVector } from './rfc-vectors.test-kit.ts'
import { verifySignature } from './verify-signature.ts'

/** Whether the signature alone verifies: the payloads of most of the vectors are no claims. */
async function verifies({ jwk }: Pick<RfcVector, 'jwk'>, token: string): Promise<boolean> {
  const header = headerOf(token)
  const keys = await localJwks([jwk])[keySource].find(header)
  if ('unavailable' in keys) throw new Error('local keys are always there')
  return typeof (await verifySignature(token, { header, keys, issuer: { algorithms: undefined } })) !== 'string'
}

function headerOf(token: string): TokenHeader {
  const header = readHeader(decode(token, 0))
  if (typeof header === 'string') throw new Error(header)
  return header
}

describe('published signatures', () => {
  test.each(rfcVectors)('$section ($alg) verifies (jwt/5)', async (vector) => {
    expect(await verifies(vector, vector.token)).toBe(true)
  })

  test.each(rfcVectors)('$section ($alg) does not verify when it was changed (jwt/5)', async (vector) => {
    const [header, payload, signature = ''] = vector.token.split('.')
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
    expect(await verifies(vector, `${header}.${payload}.${flipped}`)).toBe(false)
    expect(await verifies(vector, `${header}.${payload}AAAA.${signature}`)).toBe(false)
    const others = rfcVectors.filter(({ alg, jwk }) => alg === vector.alg && jwk !== vector.jwk)
    for (const other of others) expect(await verifies(other, vector.token)).toBe(false)
  })

  test('those that are tokens are 401 all the same: they have expired and name no audience (jwt/17)', async () => {
    for (const { jwk, token } of rfcVectors) {
      const guard = jwt({ issuer: 'joe', audience: 'joe', jwks: [jwk] })
      expect((await ask(guard, token)).status).toBe(401)
    }
  })

  test('the unsecured one of RFC 7515 A.5 is 401 (jwt/6)', async () => {
    for (const { jwk } of rfcVectors) {
      expect((await ask(jwt({ issuer: 'joe', audience: 'joe', jwks: [jwk] }), unsecured)).status).toBe(401)
    }
  })

  test('the critical header of RFC 7515 appendix E is 401 (jwt/3)', async () => {
    expect(readHeader(decode(criticalHeader, 0))).toBe('a critical header')
    const guard = jwt({ issuer: 'joe', audience: 'joe', jwks: [{ kty: 'oct', alg: 'HS256', k: 'A'.repeat(44) }] })
    expect((await ask(guard, criticalHeader)).status).toBe(401)
  })
})
