import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { ask, decode, prize } from './forge.test-kit.ts'
import { jwt, remoteJwks } from './index.ts'
import { sendJson, startEndpoint } from './start-endpoint.test-kit.ts'
import { createTestIssuer } from './testing.ts'

const audience = 'https://api.test'

describe('createTestIssuer()', () => {
  test('makes access tokens by RFC 9068, with the claims that a test needs (jwt/66)', async () => {
    const issuer = createTestIssuer()
    const guard = jwt({ issuer: issuer.issuer, audience, jwks: issuer.jwks(), typ: 'at+jwt' })
    expect((await ask(guard, issuer.token({ role: 'admin' }))).body).toBe(prize)
    const token = issuer.token({ sub: 'ann', jti: undefined }, { expiresIn: '1h', header: { typ: undefined } })
    const { jti, exp, iat, sub } = decode(token, 1)
    expect({ jti, lives: Number(exp) - Number(iat), sub }).toEqual({ jti: undefined, lives: 3600, sub: 'ann' })
    expect(decode(token, 0)).not.toHaveProperty('typ')
    expect((await ask(guard, token)).status).toBe(401)
  })

  test('answers for its metadata and keys, for fetch and on a socket (jwt/67)', async () => {
    const issuer = createTestIssuer({ issuer: 'https://id.test/a' })
    const { jwksUrl: url, fetch } = issuer
    expect(
      (await ask(jwt({ issuer: issuer.issuer, audience, jwks: remoteJwks({ url, fetch }) }), issuer.token())).body,
    ).toBe(prize)
    const metadata = await issuer.fetch(new Request('https://id.test/a/.well-known/openid-configuration'))
    expect(await metadata.json()).toEqual({ issuer: issuer.issuer, jwks_uri: url })
    expect((await issuer.fetch('https://id.test/else')).status).toBe(404)
    const endpoint = await startEndpoint((request, response) => {
      void issuer
        .fetch(new URL(request.url ?? '', 'https://id.test'))
        .then(async (answer) => sendJson(response, await answer.json()))
    })
    try {
      const jwks = `${endpoint.url}${new URL(url).pathname}`
      expect((await ask(jwt({ issuer: issuer.issuer, audience, jwks }), issuer.token())).body).toBe(prize)
    } finally {
      await endpoint.stop()
    }
  })

  test('rotates and retires its keys (jwt/67)', async () => {
    const issuer = createTestIssuer()
    const old = issuer.token()
    const first = issuer.keys[0]?.kid ?? ''
    const next = issuer.rotate()
    expect(decode(issuer.token(), 0)['kid']).toBe(next.kid)
    expect(issuer.jwks().keys.map(({ kid }) => kid)).toEqual([first, next.kid])
    issuer.retire(first)
    const guard = jwt({ issuer: issuer.issuer, audience, jwks: issuer.jwks() })
    expect((await ask(guard, old)).status).toBe(401)
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    issuer.retire(next.kid)
    expect(() => issuer.token()).toThrow(/rotate/)
  })

  test('is the same issuer in another run with its keys (jwt/67)', async () => {
    for (const algorithm of ['ES256', 'RS256', 'PS512', 'Ed25519'] as const) {
      const first = createTestIssuer({ algorithm })
      const second = createTestIssuer({ keys: JSON.parse(JSON.stringify(first.keys)) })
      const guard = jwt({ issuer: first.issuer, audience, jwks: first.jwks() })
      expect((await ask(guard, second.token())).body).toBe(prize)
    }
    expect(() => createTestIssuer({ keys: [{ kty: 'EC' }] })).toThrow(/kid and alg/)
  })

  test('publishes no private part (jwt/67)', () => {
    for (const algorithm of ['ES256', 'RS256', 'Ed25519'] as const) {
      const [key] = createTestIssuer({ algorithm }).jwks().keys
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key).not.toHaveProperty(member)
    }
  })

  test('takes its times from a clock (jwt/66)', () => {
    const clock = createTestClock(5_000_000)
    expect(decode(createTestIssuer({ clock, expiresIn: '1m' }).token(), 1)).toMatchObject({ iat: 5000, exp: 5060 })
  })
})
