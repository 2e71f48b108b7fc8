import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import { createJwtVerifier, jwt, remoteJwks, type JwtVerifierOptions } from './index.ts'
import { createTestIssuer, type TestIssuer } from './testing.ts'

const audience = 'https://api.test'
const start = 1_800_000_000
let clock: TestClock
let issuer: TestIssuer
beforeEach(() => {
  clock = createTestClock(start * 1000)
  issuer = createTestIssuer({ clock, algorithm: 'Ed25519' })
})

function verifierWith(options: Partial<JwtVerifierOptions> = {}) {
  return createJwtVerifier({ issuer: issuer.issuer, audience, jwks: issuer.jwks(), clock, ...options })
}

async function passes(verifier: ReturnType<typeof verifierWith>, token: string): Promise<boolean> {
  return 'principal' in (await verifier.verify(token))
}

describe('the cache', () => {
  test('answers at once with the same principal, and counts (jwt/59)', async () => {
    const verifier = verifierWith()
    const token = issuer.token()
    const first = await verifier.verify(token)
    const second = verifier.verify(token)
    expect(second).not.toBeInstanceOf(Promise)
    expect(second).toBe(first)
    expect(verifier.statistics).toMatchObject({ hits: 1, misses: 1, entries: 1 })
    expect(verifier.statistics?.bytes).toBeGreaterThan(token.length)
  })

  test('holds what was verified and nothing that failed (jwt/59)', async () => {
    const verifier = verifierWith()
    const bad = issuer.token({ aud: 'other' })
    for (let i = 0; i < 3; i++) expect(await passes(verifier, bad)).toBe(false)
    expect(verifier.statistics).toEqual({ hits: 0, misses: 3, entries: 0, bytes: 0 })
  })

  test('knows tokens by their exact bytes: of one subject each keeps its own claims (jwt/60)', async () => {
    const verifier = verifierWith()
    const [user, admin] = [issuer.token({ sub: 'ann', role: 'user' }), issuer.token({ sub: 'ann', role: 'admin' })]
    for (let i = 0; i < 3; i++) {
      expect(await verifier.verify(user)).toMatchObject({ principal: { claims: { role: 'user' } } })
      expect(await verifier.verify(admin)).toMatchObject({ principal: { claims: { role: 'admin' } } })
    }
    const [header, payload] = admin.split('.')
    for (const forged of [
      `${header}.${payload}.${user.split('.')[2]}`,
      `${admin}A`,
      admin.slice(0, -1),
      ` ${admin}`,
      `${admin} `,
      admin.toUpperCase(),
    ]) {
      expect(await passes(verifier, forged)).toBe(false)
    }
  })

  test('of another verifier, or of another configuration, is another one (jwt/60)', async () => {
    const token = issuer.token()
    expect(await passes(verifierWith(), token)).toBe(true)
    expect(await passes(verifierWith({ audience: 'other' }), token)).toBe(false)
    expect(await passes(verifierWith({ issuer: 'https://other.test' }), token)).toBe(false)
    expect(await passes(verifierWith({ requiredClaims: ['role'] }), token)).toBe(false)
    expect(await passes(verifierWith({ jwks: createTestIssuer().jwks() }), token)).toBe(false)
  })

  test('cannot be changed by what it gives (jwt/60)', async () => {
    const verifier = verifierWith()
    const token = issuer.token({ list: ['a'] })
    const verdict = await verifier.verify(token)
    if (!('principal' in verdict)) throw new Error('refused')
    expect(() => Object.assign(verdict.principal.claims, { sub: 'root' })).toThrow(TypeError)
    expect(() => (verdict.principal.claims['list'] as string[]).push('b')).toThrow(TypeError)
    expect(await verifier.verify(token)).toMatchObject({ principal: { subject: 'test-user', claims: { list: ['a'] } } })
  })

  test.each([{ iat: start }, { iat: undefined }])('keeps no token past its expiry: %j (jwt/61)', async (more) => {
    const verifier = verifierWith({ clockTolerance: 0 })
    const token = issuer.token({ exp: start + 60, ...more })
    expect(await passes(verifier, token)).toBe(true)
    clock.advance('59s')
    expect(await passes(verifier, token)).toBe(true)
    expect(verifier.statistics).toMatchObject({ hits: 1 })
    clock.advance('1s')
    expect(await passes(verifier, token)).toBe(false)
    expect(verifier.statistics).toMatchObject({ hits: 1, entries: 0 })
  })

  test('verifies again for the tolerance after the expiry (jwt/61)', async () => {
    const verifier = verifierWith()
    const token = issuer.token({ exp: start + 60 })
    await verifier.verify(token)
    clock.advance('64s')
    expect(await passes(verifier, token)).toBe(true)
    expect(verifier.statistics).toMatchObject({ hits: 0, misses: 2 })
    clock.advance('1s')
    expect(await passes(verifier, token)).toBe(false)
  })

  test('keeps no token past the age that was asked for (jwt/61)', async () => {
    const verifier = verifierWith({ maxTokenAge: '1m', clockTolerance: 0 })
    const token = issuer.token({ exp: start + 6000 })
    expect(await passes(verifier, token)).toBe(true)
    clock.advance('59s')
    expect(await passes(verifier, token)).toBe(true)
    clock.advance('1s')
    expect(await passes(verifier, token)).toBe(false)
  })

  test.each([
    [undefined, '5m'],
    ['10s', '10s'],
  ] as const)('verifies again after its own time: %s (jwt/61)', async (ttl, time) => {
    const verifier = verifierWith(ttl ? { cache: { ttl } } : {})
    const token = issuer.token({}, { expiresIn: '1h' })
    await verifier.verify(token)
    clock.advance(time)
    clock.advance(0)
    expect(await passes(verifier, token)).toBe(true)
    expect(verifier.statistics).toMatchObject({ hits: 0, misses: 2, entries: 1 })
  })

  test('asks for nbf with every hit: a clock that went back lets nobody in early (jwt/61)', async () => {
    let now = start * 1000
    const verifier = verifierWith({ clock: { now: () => now }, clockTolerance: 0 })
    const token = issuer.token({ nbf: start, iat: undefined })
    expect(await passes(verifier, token)).toBe(true)
    now -= 1000
    expect(await passes(verifier, token)).toBe(false)
  })

  test('forgets tokens whose key has left the set (jwt/62)', async () => {
    const fetch = async (): Promise<Response> => Response.json(issuer.jwks())
    const jwks = remoteJwks({ url: 'https://issuer.test/jwks', fetch, clock, maxAge: '1m', refreshAhead: 0 })
    const verifier = verifierWith({ jwks })
    const [old] = issuer.jwks().keys
    const token = issuer.token()
    expect(await passes(verifier, token)).toBe(true)
    issuer.rotate()
    issuer.retire(old?.kid ?? '')
    expect(await passes(verifier, token)).toBe(true)
    clock.advance('1m')
    expect(await passes(verifier, token)).toBe(false)
    expect(verifier.statistics).toMatchObject({ entries: 0 })
  })

  test('keeps tokens whose key is still there after a fetch (jwt/62)', async () => {
    const fetch = async (): Promise<Response> => Response.json(issuer.jwks())
    const jwks = remoteJwks({ url: 'https://issuer.test/jwks', fetch, clock, maxAge: '2m', refreshAhead: '1m' })
    const verifier = verifierWith({ jwks })
    const token = issuer.token()
    await verifier.verify(token)
    issuer.rotate()
    clock.advance('61s')
    await verifier.verify(token)
    await jwks.warmUp()
    clock.advance('60s')
    expect(await passes(verifier, token)).toBe(true)
    expect(verifier.statistics).toMatchObject({ hits: 2, misses: 1 })
  })

  test('asks about revocation for every request, and forgets what was revoked (jwt/63)', async () => {
    for (const wait of [false, true]) {
      const revoked = new Set<unknown>()
      const verifier = verifierWith({
        revoked: ({ jti }) => (wait ? Promise.resolve(revoked.has(jti)) : revoked.has(jti)),
      })
      const token = issuer.token({ jti: 'one' })
      expect(await passes(verifier, token)).toBe(true)
      expect(await passes(verifier, token)).toBe(true)
      expect(verifier.statistics).toMatchObject({ hits: 1, entries: 1 })
      revoked.add('one')
      expect(await passes(verifier, token)).toBe(false)
      expect(verifier.statistics).toMatchObject({ entries: 0 })
      revoked.clear()
      expect(await passes(verifier, token)).toBe(true)
    }
  })

  test('in a guard as well, where what is not plainly false is a revocation (jwt/63)', async () => {
    let answer: unknown = false
    const common = { issuer: issuer.issuer, audience, jwks: issuer.jwks(), clock }
    const guard = jwt({ ...common, revoked: () => answer as boolean })
    const token = issuer.token()
    expect((await ask(guard, token)).body).toBe(prize)
    expect((await ask(guard, token)).body).toBe(prize)
    expect(guard.statistics).toMatchObject({ hits: 1, misses: 1 })
    for (const other of [true, undefined, null, 1, 'no', 0, '', {}]) {
      answer = other
      expect((await ask(guard, token)).status).toBe(401)
    }
  })

  test('is bounded in tokens: the one that was used longest ago goes (jwt/64)', async () => {
    const verifier = verifierWith({ cache: { max: 2 } })
    const [a, b, c] = [issuer.token(), issuer.token(), issuer.token()]
    await verifier.verify(a)
    await verifier.verify(b)
    await verifier.verify(a)
    await verifier.verify(c)
    expect(verifier.statistics).toMatchObject({ entries: 2, hits: 1 })
    await verifier.verify(a)
    expect(verifier.statistics).toMatchObject({ hits: 2 })
    await verifier.verify(b)
    expect(verifier.statistics).toMatchObject({ entries: 2, hits: 2, misses: 4 })
  })

  test('is bounded in bytes, and too large a token is not kept (jwt/64)', async () => {
    const verifier = verifierWith({ cache: { maxBytes: '8KiB' } })
    for (let i = 0; i < 20; i++) await verifier.verify(issuer.token({ i }))
    expect(verifier.statistics?.bytes).toBeLessThanOrEqual(8192)
    expect(verifier.statistics?.entries).toBeGreaterThan(1)
    const before = verifier.statistics?.entries
    expect(await passes(verifier, issuer.token({ name: 'x'.repeat(4000) }))).toBe(true)
    expect(verifier.statistics?.entries).toBe(before)
  })

  test('holds a thousand tokens, and 8 MiB, if nothing else is asked for (jwt/64)', async () => {
    const verifier = verifierWith()
    for (let i = 0; i < 1001; i++) await verifier.verify(issuer.token({ i }))
    expect(verifier.statistics).toMatchObject({ entries: 1000, misses: 1001 })
    const name = 'x'.repeat(5_000)
    for (let i = 0; i < 500; i++) await verifier.verify(issuer.token({ i, name }))
    expect(verifier.statistics?.bytes).toBeLessThanOrEqual(8 * 1024 * 1024)
    expect(verifier.statistics?.bytes).toBeGreaterThan(7 * 1024 * 1024)
  })

  test('may be left out (jwt/65)', async () => {
    const verifier = verifierWith({ cache: false })
    const token = issuer.token()
    expect(verifier.verify(token)).toBeInstanceOf(Promise)
    expect(await passes(verifier, token)).toBe(true)
    expect(verifier.verify(token)).toBeInstanceOf(Promise)
    expect(verifier.statistics).toBeUndefined()
  })
})
