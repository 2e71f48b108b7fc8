import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { ask, claims, hmacToken, prize } from './forge.test-kit.ts'
import { jwt, type IssuerResolver } from './index.ts'
import { createTestIssuer, type TestIssuer } from './testing.ts'

const audience = 'https://api.test'
const resolve = async (): Promise<{ address: string }[]> => [{ address: '93.184.216.34' }]

/** Tenants whose issuers answer to one fetch. */
function tenants(count: number): {
  readonly all: TestIssuer[]
  readonly asked: string[]
  readonly fetch: (url: string) => Promise<Response>
} {
  const all = Array.from({ length: count }, (_, i) =>
    createTestIssuer({ issuer: `https://t${i}.tenants.test`, algorithm: 'Ed25519' }),
  )
  const asked: string[] = []
  async function fetch(url: string): Promise<Response> {
    asked.push(url)
    const tenant = all.find(({ issuer }) => url.startsWith(`${issuer}/`))
    return tenant ? tenant.fetch(url) : new Response(null, { status: 404 })
  }
  return { all, asked, fetch }
}

const allow = (issuer: string): boolean => /^https:\/\/\w+\.tenants\.test$/.test(issuer)

function guardWith(resolveIssuer: IssuerResolver, more: object = {}) {
  return jwt({ audience, resolveIssuer, cache: false, ...more })
}

describe('issuers that are not known at the start', () => {
  test('are trusted when they are allowed, each with its own keys (jwt/56)', async () => {
    const { all, fetch } = tenants(2)
    const [a, b] = all as [TestIssuer, TestIssuer]
    const guard = guardWith({ allow, fetch, resolve })
    expect((await ask(guard, a.token())).body).toBe(prize)
    expect((await ask(guard, b.token())).body).toBe(prize)
    expect((await ask(guard, b.token({ iss: a.issuer }))).status).toBe(401)
  })

  test('are not asked anything when they are not (jwt/56)', async () => {
    const { all, asked, fetch } = tenants(1)
    const guard = guardWith({ allow, fetch, resolve })
    for (const iss of [
      'https://evil.test',
      'https://t0.tenants.test.evil.test',
      'https://t0.tenants.test/',
      '__proto__',
      1,
    ]) {
      expect((await ask(guard, all[0]?.token({ iss }))).status).toBe(401)
    }
    expect(asked).toEqual([])
    const odd = guardWith({ allow: () => 'yes' as unknown as boolean, fetch, resolve })
    expect((await ask(odd, all[0]?.token())).status).toBe(401)
  })

  test('stand beside those that are known (jwt/56)', async () => {
    const { all, fetch } = tenants(1)
    const own = createTestIssuer()
    const guard = guardWith({ allow, fetch, resolve }, { issuer: own.issuer, jwks: own.jwks() })
    expect((await ask(guard, own.token())).body).toBe(prize)
    expect((await ask(guard, all[0]?.token())).body).toBe(prize)
  })

  test('are found by a function, or are unknown to it (jwt/56)', async () => {
    const { all } = tenants(3)
    const [a, b, c] = all as [TestIssuer, TestIssuer, TestIssuer]
    const found: string[] = []
    const clock = createTestClock(Date.now())
    const guard = guardWith(
      {
        allow,
        find: async (issuer) => {
          found.push(issuer)
          if (issuer === c.issuer) throw new Error('the database is down')
          return issuer === a.issuer ? { jwks: a.jwks(), audience: 'a' } : undefined
        },
      },
      { clock },
    )
    expect((await ask(guard, a.token({ aud: 'a' }))).body).toBe(prize)
    expect((await ask(guard, a.token())).status).toBe(401)
    expect((await ask(guard, b.token())).status).toBe(401)
    expect((await ask(guard, b.token())).status).toBe(401)
    expect(found).toEqual([a.issuer, b.issuer])
    expect((await ask(guard, c.token())).status).toBe(503)
    expect((await ask(guard, c.token())).status).toBe(503)
    clock.advance('10m')
    await ask(guard, a.token({ aud: 'a', exp: Math.floor(clock.now() / 1000) + 60 }))
    expect(found).toEqual([a.issuer, b.issuer, c.issuer, c.issuer, a.issuer])
  })

  test('with an empty key for HMAC let nobody in (jwt/11)', async () => {
    for (const jwks of [
      [{ kty: 'oct', k: '', alg: 'HS256' }],
      [{ kty: 'oct', k: '' }],
      [{ secret: '', alg: 'HS256' as const }],
      [],
    ]) {
      const guard = guardWith({ allow, find: () => ({ jwks }) })
      const token = hmacToken({ alg: 'HS256' }, claims({ iss: 'https://t0.tenants.test' }), '')
      expect((await ask(guard, token)).status).toBe(503)
    }
  })

  test('are bounded: those that have signed nothing go first (jwt/57)', async () => {
    const { all, asked, fetch } = tenants(3)
    const [a, b, c] = all as [TestIssuer, TestIssuer, TestIssuer]
    const guard = guardWith({ allow, fetch, resolve, max: 2 })
    await ask(guard, a.token())
    for (let i = 0; i < 50; i++) await ask(guard, a.token({ iss: `https://x${i}.tenants.test` }))
    asked.length = 0
    expect((await ask(guard, a.token())).body).toBe(prize)
    expect(asked).toEqual([])
    await ask(guard, b.token())
    await ask(guard, a.token())
    await ask(guard, c.token())
    asked.length = 0
    await ask(guard, a.token())
    expect(asked).toEqual([])
    await ask(guard, b.token())
    expect(asked).not.toEqual([])
  })

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:db8::1',
  ])('are not asked at the private address %s, by name or by number (jwt/58)', async (address) => {
    const { asked, fetch } = tenants(1)
    const host = address.includes(':') ? `[${address}]` : address
    const anyone = { allow: () => true, fetch }
    const token = (iss: string): string => createTestIssuer({ issuer: iss }).token()
    expect((await ask(guardWith(anyone), token(`https://${host}`))).status).toBe(503)
    const named = { ...anyone, resolve: async () => [{ address: '93.184.216.34' }, { address }] }
    expect((await ask(guardWith(named), token('https://t0.tenants.test'))).status).toBe(503)
    expect(asked).toEqual([])
  })

  test('are not asked at localhost, nor at hosts without an address (jwt/58)', async () => {
    const { asked, fetch } = tenants(1)
    for (const iss of ['https://localhost', 'http://localhost', 'http://127.0.0.1', 'https://nothing.invalid']) {
      expect(
        (await ask(guardWith({ allow: () => true, fetch }), createTestIssuer({ issuer: iss }).token())).status,
      ).toBe(503)
    }
    const nowhere = { allow: () => true, fetch, resolve: async () => [] }
    expect((await ask(guardWith(nowhere), createTestIssuer().token())).status).toBe(503)
    expect(asked).toEqual([])
  })

  test.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111'])(
    'are asked at the public address %s (jwt/58)',
    async (address) => {
      const { all, fetch } = tenants(1)
      const guard = guardWith({ allow, fetch, resolve: async () => [{ address }] })
      expect((await ask(guard, all[0]?.token())).body).toBe(prize)
    },
  )

  test.each([{}, { allow: true }, { allow, max: 0 }, { allow, max: 1.5 }, { allow, ttl: 'x' }])(
    'need allow and bounds: %# (jwt/19)',
    (options) => {
      const given = { audience, resolveIssuer: options as IssuerResolver }
      expect(() => jwt(given)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_(?:JWT_OPTION|DURATION)$/) }),
      )
    },
  )
})
