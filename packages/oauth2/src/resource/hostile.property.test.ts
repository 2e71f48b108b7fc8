import { createTestIssuer } from '@seaworthy/jwt/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resourceServer } from '../resource.ts'
import { ask } from './ask.test-kit.ts'
import { canonicalUri } from './canonical-uri.ts'
import { opaqueIssuer } from './opaque-issuer.test-kit.ts'
import { digest, encode, proofClient } from './proof.test-kit.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const issuer = createTestIssuer()
const client = proofClient()
const token = issuer.token({ cnf: { jkt: client.jkt } })
const guard = resourceServer({
  resource: 'https://api.test',
  jwt: { issuer: issuer.issuer, jwks: issuer.jwks() },
  introspection: opaqueIssuer().options,
  dpop: {},
})

/** Text that a header may carry. */
const text = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) })
const claims = {
  jti: 'a',
  htm: 'GET',
  htu: 'https://api.test/',
  iat: Math.floor(Date.now() / 1000),
  ath: digest(token),
}
/** Proofs that are nearly good, but for the signature. */
const proof = fc
  .tuple(
    fc.record({
      typ: fc.constantFrom('dpop+jwt', 'JWT'),
      alg: fc.constantFrom('ES256', 'none', 'HS256'),
      jwk: fc.oneof(fc.constant(client.publicJwk), fc.json(), fc.anything()),
    }),
    fc.oneof(fc.constant(claims), fc.dictionary(fc.string(), fc.jsonValue())),
    fc.base64String(),
  )
  .map(([header, payload, signature]) => {
    const head = encode(JSON.parse(JSON.stringify(header, withoutBigInts)))
    return `${head}.${encode(payload)}.${signature.replaceAll(/[+/=]/g, '')}`
  })

function withoutBigInts(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

describe('whatever is sent', () => {
  test('lets nobody in and breaks nothing (oauth2/56)', async () => {
    const authorization = fc.oneof(
      text,
      text.map((each) => `Bearer ${each}`),
      text.map((each) => `Bearer ${each}, DPoP ${each}`),
      fc.constant(`DPoP ${token}`),
    )
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(authorization, fc.option(fc.oneof(text, proof)), async (sent, dpop) => {
        const { status } = await ask(guard, { headers: { authorization: sent, ...(dpop !== null && { dpop }) } })
        statuses.add(status)
        expect([400, 401]).toContain(status)
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    )
    expect(statuses).toEqual(new Set([400, 401]))
    // The same guard lets in who is good.
    expect((await ask(guard, { dpop: [token, client.prove({ token })] })).status).toBe(200)
  })

  test('an address has one spelling, which is its own (oauth2/30) (oauth2/56)', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), text, (url, tail) => {
        for (const each of [url, url + tail, tail]) {
          const canonical = canonicalUri(each)
          if (canonical === undefined) continue
          expect(canonicalUri(canonical)).toBe(canonical)
          expect(canonical).not.toMatch(/[?#\s]/)
          expect(new URL(canonical)).toMatchObject({ username: '', password: '', search: '', hash: '' })
        }
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    )
  })
})
