import { describe, expect, test } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import { jwt, type JwtOptions } from './index.ts'
import { createTestIssuer } from './testing.ts'

const audience = 'https://api.test'
const issuer = createTestIssuer()
const common = { issuer: issuer.issuer, audience, jwks: issuer.jwks() }

async function accepts(more: Record<string, unknown>, options: Partial<JwtOptions> = {}): Promise<boolean> {
  return (await ask(jwt({ ...common, ...options }), issuer.token(more))).body === prize
}

describe('the type', () => {
  const status = async (header: Record<string, unknown>, options: Partial<JwtOptions> = {}): Promise<number> =>
    (await ask(jwt({ ...common, ...options }), issuer.token({}, { header }))).status

  test.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/JWT'])(
    '%j is that of access tokens (jwt/20)',
    async (typ) => {
      expect(await status({ typ })).toBe(200)
    },
  )

  test.each([
    'id+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'token-introspection+jwt',
    'JOSE',
    'application/x/at+jwt',
    '',
    'text/jwt',
    1,
    null,
  ])('%j is 401 (jwt/20)', async (typ) => {
    expect(await status({ typ })).toBe(401)
  })

  test('that is asked for has to be there, without regard to case and application/ (jwt/20)', async () => {
    for (const typ of ['at+jwt', 'AT+jwt', 'application/AT+JWT']) {
      expect(await status({ typ }, { typ: 'at+jwt' })).toBe(200)
      expect(await status({ typ }, { typ: 'application/at+jwt' })).toBe(200)
    }
    for (const typ of [undefined, 'JWT', 'logout+jwt']) expect(await status({ typ }, { typ: 'at+jwt' })).toBe(401)
    expect(await status({ typ: 'logout+jwt' }, { typ: 'logout+jwt' })).toBe(200)
    expect(await status({ typ: 'at+jwt' }, { typ: 'logout+jwt' })).toBe(401)
  })

  test.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])(
    'at+jwt needs %s, as RFC 9068 says (jwt/21)',
    async (name) => {
      expect(await accepts({}, { typ: 'at+jwt' })).toBe(true)
      expect(await accepts({ [name]: undefined }, { typ: 'at+jwt' })).toBe(false)
    },
  )

  test.each([
    { at_hash: 'x' },
    { c_hash: 'x' },
    { s_hash: 'x' },
    { nonce: 'x' },
    { token_use: 'id' },
    { typ: 'ID' },
    { typ: 'Refresh' },
    { typ: 'Logout' },
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  ])('of claims that only other tokens have is 401: %j (jwt/22)', async (more) => {
    expect(await accepts(more)).toBe(false)
  })

  test.each([
    { token_use: 'access' },
    { typ: 'Bearer' },
    { nonce: 'x', scope: 'a' },
    { nonce: 'x', typ: 'Bearer' },
    { events: 'a' },
  ])('of claims that access tokens have as well is no reason: %j (jwt/22)', async (more) => {
    expect(await accepts(more)).toBe(true)
  })
})
