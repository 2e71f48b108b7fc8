import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { jwt } from './index.ts'
import { createTestIssuer } from './testing.ts'
describe('smoke', () => {
  for (const algorithm of ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'RS512', 'PS512', 'Ed25519', 'EdDSA'] as const)
    test('a ' + algorithm, async () => {
      const issuer = createTestIssuer({ algorithm })
      const auth = jwt({ issuer: issuer.issuer, audience: 'https://api.test', jwks: issuer.jwks() })
      const app = new Hono().get('/', auth, (c) => c.text(auth.principal(c).subject))
      const token = issuer.token()
      for (let i = 0; i < 3; i++) {
        const r = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
        expect(await r.text()).toBe('test-user')
      }
      expect((await app.request('/')).status).toBe(401)
      expect(auth.statistics).toEqual({ hits: 2, misses: 1, entries: 1, bytes: token.length * 3 + 512 })
    })
})
