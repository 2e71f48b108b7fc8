import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ask, claims, hmacToken, prize, secret } from './forge.test-kit.ts'
import { createJwtVerifier, jwt, type JwtOptions } from './index.ts'
import { createTestIssuer } from './testing.ts'

const audience = 'https://api.test'
const issuer = createTestIssuer()
const common = { issuer: issuer.issuer, audience, jwks: issuer.jwks() }
const guard = jwt(common)
const at = createTestClock(1_800_000_000_000)
const now = 1_800_000_000
const clocked = createTestIssuer({ clock: at })
const onClock = { ...common, jwks: clocked.jwks(), clock: at, cache: false } as const

async function accepts(more: Record<string, unknown>, options: Partial<JwtOptions> = {}): Promise<boolean> {
  const own = createTestIssuer()
  const asked = jwt({ ...common, jwks: own.jwks(), ...options })
  return (await ask(asked, own.token(more))).body === prize
}

describe('the issuer', () => {
  test.each([
    undefined,
    null,
    '',
    1,
    'https://issuer.test/',
    'https://issuer.test ',
    'HTTPS://issuer.test',
    'https://ISSUER.test',
    'https://issuer.test.attacker.test',
    'https://issuer.test@attacker.test',
    '__proto__',
    { iss: 'https://issuer.test' },
  ])('%j is 401 (jwt/14)', async (iss) => {
    expect((await ask(guard, issuer.token({ iss }))).status).toBe(401)
  })

  test('in a list is 401 (jwt/14)', async () => {
    expect((await ask(guard, issuer.token({ iss: [issuer.issuer] }))).status).toBe(401)
    expect((await ask(guard, issuer.token())).body).toBe(prize)
  })

  test('of one tenant cannot speak for another, with its own keys (jwt/15)', async () => {
    const a = createTestIssuer({ issuer: 'https://a.test' })
    const b = createTestIssuer({ issuer: 'https://b.test' })
    const tenants = jwt({
      audience,
      issuers: [
        { issuer: a.issuer, jwks: a.jwks() },
        { issuer: b.issuer, jwks: b.jwks() },
      ],
    })
    expect((await ask(tenants, a.token())).body).toBe(prize)
    expect((await ask(tenants, b.token())).body).toBe(prize)
    expect((await ask(tenants, b.token({ iss: a.issuer }))).status).toBe(401)
    const kid = a.jwks().keys[0]?.kid
    expect((await ask(tenants, b.token({ iss: a.issuer }, { header: { kid } }))).status).toBe(401)
    expect((await ask(tenants, a.token({ iss: b.issuer }))).status).toBe(401)
  })

  test('may have an audience and algorithms of its own (jwt/15)', async () => {
    const a = createTestIssuer({ issuer: 'https://a.test', audience: 'a' })
    const b = createTestIssuer({ issuer: 'https://b.test', audience: 'b' })
    const tenants = jwt({
      audience: 'b',
      algorithms: ['ES256'],
      issuers: [
        { issuer: a.issuer, jwks: a.jwks(), audience: 'a', algorithms: ['ES256', 'RS256'] },
        { issuer: b.issuer, jwks: b.jwks() },
      ],
    })
    expect((await ask(tenants, a.token())).body).toBe(prize)
    expect((await ask(tenants, b.token())).body).toBe(prize)
    expect((await ask(tenants, a.token({ aud: 'b' }))).status).toBe(401)
    expect((await ask(tenants, b.token({ aud: 'a' }))).status).toBe(401)
  })

  test.each([
    [{}, 'ERR_JWT_ISSUER'],
    [{ jwks: issuer.jwks() }, 'ERR_JWT_ISSUER'],
    [{ issuer: '' }, 'ERR_JWT_ISSUER'],
    [{ issuers: [] }, 'ERR_JWT_ISSUER'],
    [{ issuers: [common, common] }, 'ERR_JWT_ISSUER'],
    [{ ...common, issuers: [common] }, 'ERR_JWT_ISSUER'],
    [{ issuer: 'joe' }, 'ERR_JWT_URL'],
    [{ issuer: 'http://issuer.test' }, 'ERR_JWT_URL'],
  ])('%# that cannot be used is refused at the start (jwt/14)', (options, code) => {
    expect(() => jwt({ audience, ...options })).toThrow(expect.objectContaining({ code }))
  })
})

describe('the audience', () => {
  test.each([
    undefined,
    null,
    '',
    'https://other.test',
    'https://api.test/',
    'HTTPS://API.TEST',
    1,
    {},
    { 0: audience },
    true,
  ])('%j is 401 (jwt/16)', async (aud) => {
    expect((await ask(guard, issuer.token({ aud }))).status).toBe(401)
  })

  test('has to be among those of a list of text (jwt/16)', async () => {
    expect(await accepts({ aud: [audience] })).toBe(true)
    expect(await accepts({ aud: ['other', audience] })).toBe(true)
    for (const aud of [[], ['other'], [[audience]], [audience, 1], [audience, null], [{ aud: audience }]]) {
      expect(await accepts({ aud })).toBe(false)
    }
    expect(await accepts({ aud: 'b' }, { audience: ['a', 'b'] })).toBe(true)
    expect(await accepts({ aud: 'c' }, { audience: ['a', 'b'] })).toBe(false)
  })

  test('as an option is needed, and is text (jwt/16)', () => {
    for (const given of [undefined, null, '', [], [''], [1], 1, {}]) {
      const options = { ...common, audience: given as string }
      expect(() => jwt(options)).toThrow(expect.objectContaining({ code: 'ERR_JWT_OPTION' }))
    }
  })
})

describe('times', () => {
  test.each(['exp', 'nbf', 'iat', 'auth_time'])(
    '%s that is no finite number of seconds is 401 (jwt/17)',
    async (name) => {
      const hmac = jwt({ ...common, jwks: [{ secret, alg: 'HS256' }] })
      const text = JSON.stringify(claims({ exp: undefined, iat: undefined, [name]: '@' }))
      const whole = name === 'exp' ? text : text.replace('{', `{"exp":${Math.floor(Date.now() / 1000) + 60},`)
      const soon = Math.floor(Date.now() / 1000) + (name === 'exp' ? 60 : -60)
      expect((await ask(hmac, hmacToken({ alg: 'HS256' }, whole.replace('"@"', String(soon)), secret))).body).toBe(
        prize,
      )
      for (const value of [
        `"${soon}"`,
        'null',
        '-1',
        '1e999',
        '1e300',
        '-1e999',
        '[]',
        `[${soon}]`,
        '{}',
        'true',
        '253402300800',
      ]) {
        const token = hmacToken({ alg: 'HS256' }, whole.replace('"@"', value), secret)
        expect((await ask(hmac, token)).status).toBe(401)
      }
    },
  )

  test('without an expiry, a token is 401 (jwt/17)', async () => {
    expect(await accepts({ exp: undefined })).toBe(false)
  })

  test('are compared with a tolerance of 5 s, or the one that is asked for (jwt/17)', async () => {
    const tokenOf = (more: Record<string, unknown>): string => clocked.token({ exp: now + 60, ...more })
    const asked = async (more: Record<string, unknown>, clockTolerance?: '0s' | '30s'): Promise<number> =>
      (await ask(jwt({ ...onClock, ...(clockTolerance && { clockTolerance }) }), tokenOf(more))).status
    expect(await asked({ exp: now - 4 })).toBe(200)
    expect(await asked({ exp: now - 5 })).toBe(401)
    expect(await asked({ exp: now + 1 }, '0s')).toBe(200)
    expect(await asked({ exp: now }, '0s')).toBe(401)
    expect(await asked({ exp: now - 29 }, '30s')).toBe(200)
    expect(await asked({ nbf: now + 5 })).toBe(200)
    expect(await asked({ nbf: now + 6 })).toBe(401)
    expect(await asked({ iat: now + 5 })).toBe(200)
    expect(await asked({ iat: now + 6 })).toBe(401)
    expect(await asked({ iat: now + 1 }, '0s')).toBe(401)
  })

  test('bound the age of a token when asked to, and then iat has to be there (jwt/18)', async () => {
    const aged = jwt({ ...onClock, maxTokenAge: '10m' })
    const status = async (more: Record<string, unknown>): Promise<number> =>
      (await ask(aged, clocked.token({ exp: now + 100_000, ...more }))).status
    expect(await status({ iat: now - 604 })).toBe(200)
    expect(await status({ iat: now - 605 })).toBe(401)
    expect(await status({ iat: undefined })).toBe(401)
    expect(await status({ iat: now })).toBe(200)
  })

  test.each([
    { clockTolerance: '6m' },
    { clockTolerance: '1x' },
    { clockTolerance: -1 },
    { maxTokenAge: 'long' },
    { cache: { ttl: '6m' } },
    { cache: { ttl: 0 } },
    { cache: { max: 0 } },
    { cache: { max: 1.5 } },
    { typ: '' },
    { extract: 'query' },
    { extract: [] },
    { paths: { subject: [] } },
    { paths: { scopes: ['scope'] } },
    { paths: { tenant: 'org' } },
    { realm: 'a\nb' },
    { name: 'a b' },
  ])('and other options that cannot be kept are refused at the start: %j (jwt/19)', (options) => {
    const given = { ...common, ...options } as JwtOptions
    expect(() => jwt(given)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_(?:JWT|DURATION|SECURITY)/) }),
    )
  })
})

describe('other claims', () => {
  test.each([1, null, '', {}, true])('a subject that is %j is 401 (jwt/23)', async (sub) => {
    expect(await accepts({ sub })).toBe(false)
    expect(await accepts({ sub: [sub] })).toBe(false)
    expect(await accepts({ sub: ['ann'] })).toBe(false)
  })

  test('a subject has to be there, where it is said to be (jwt/23)', async () => {
    expect(await accepts({ sub: undefined })).toBe(false)
    const paths = { subject: ['user', 'id'] as const }
    const verifier = createJwtVerifier({ ...common, paths })
    expect(await verifier.verify(issuer.token({ sub: undefined, user: { id: 'ann' } }))).toMatchObject({
      principal: { subject: 'ann' },
    })
    for (const user of [undefined, 'ann', { id: 1 }, { id: '' }, [], null]) {
      expect(await verifier.verify(issuer.token({ user }))).toHaveProperty('denied')
    }
  })

  test.each(['jti', 'client_id', 'azp', 'acr'])('%s that is no text is 401 (jwt/23)', async (name) => {
    for (const value of [1, null, '', {}]) expect(await accepts({ [name]: value })).toBe(false)
    expect(await accepts({ [name]: 'x' })).toBe(true)
  })

  test('required ones have to be there (jwt/24)', async () => {
    const options = { requiredClaims: ['role', 'toString'] }
    expect(await accepts({ role: 'admin' }, options)).toBe(false)
    expect(await accepts({ role: 'admin', toString: 'x' }, options)).toBe(true)
    expect(await accepts({ role: null, toString: 'x' }, options)).toBe(false)
    expect(await accepts({ role: false, toString: 0 }, options)).toBe(true)
  })

  test('are validated by a schema, which may also change them (jwt/25)', async () => {
    const schema = z.object({ role: z.enum(['admin', 'user']), level: z.coerce.number().default(1) })
    const verifier = createJwtVerifier({ ...common, claims: schema })
    const verdict = await verifier.verify(issuer.token({ role: 'admin', level: '3', other: true }))
    expect(verdict).toMatchObject({ principal: { claims: { role: 'admin', level: 3 } } })
    expect('principal' in verdict && verdict.principal.claims).toEqual({ role: 'admin', level: 3 })
    expect(await verifier.verify(issuer.token({ role: 'root' }))).toMatchObject({ denied: { code: 'invalid' } })
    expect(await verifier.verify(issuer.token())).toHaveProperty('denied')
    const late = createJwtVerifier({ ...common, claims: schema.refine(async ({ level }) => level > 1) })
    expect(await late.verify(issuer.token({ role: 'admin', level: 2 }))).toHaveProperty('principal')
    expect(await late.verify(issuer.token({ role: 'admin' }))).toHaveProperty('denied')
  })

  test('make the principal, which is frozen throughout (jwt/26)', async () => {
    const verifier = createJwtVerifier({ ...common, name: 'api', paths: { tenant: ['org', 'id'] } })
    const token = issuer.token({ org: { id: 'acme' }, auth_time: 5, acr: 'high', list: [{ a: 1 }] })
    const verdict = await verifier.verify(token)
    if (!('principal' in verdict)) throw new Error('refused')
    const { principal } = verdict
    expect(principal).toMatchObject({
      scheme: 'api',
      subject: 'test-user',
      issuer: issuer.issuer,
      tenant: 'acme',
      clientId: 'test-client',
      authTime: 5,
      acr: 'high',
      expiresAt: principal.claims.exp,
    })
    for (const each of [principal, principal.claims, principal.claims['list'], principal.scopes]) {
      expect(Object.isFrozen(each)).toBe(true)
    }
    expect(await verifier.verify(issuer.token())).toHaveProperty('denied')
    expect(await verifier.verify(issuer.token({ org: { id: 1 } }))).toHaveProperty('denied')
  })

  test('azp is the client where there is no client_id (jwt/26)', async () => {
    const verifier = createJwtVerifier(common)
    expect(await verifier.verify(issuer.token({ client_id: undefined, azp: 'app' }))).toMatchObject({
      principal: { clientId: 'app' },
    })
  })
})

describe('scopes', () => {
  const scopesOf = async (more: Record<string, unknown>, scopes?: [string, ...string[]][]): Promise<unknown> => {
    const verdict = await createJwtVerifier({ ...common, ...(scopes && { paths: { scopes } }) }).verify(
      issuer.token(more),
    )
    return 'principal' in verdict ? [...verdict.principal.scopes] : verdict.denied.code
  }

  test('come from scope as text and from scp as a list, and either way round (jwt/27)', async () => {
    expect(await scopesOf({ scope: 'a b:c' })).toEqual(['a', 'b:c'])
    expect(await scopesOf({ scp: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(await scopesOf({ scope: ['a'], scp: 'b c' })).toEqual(['a', 'b', 'c'])
    expect(await scopesOf({ scope: '  a  ' })).toEqual(['a'])
    expect(await scopesOf({ scope: '' })).toEqual([])
    expect(await scopesOf({})).toEqual([])
    expect(await scopesOf({ scp: ['a b'] })).toEqual(['a b'])
  })

  test('that are neither make the token 401 (jwt/27)', async () => {
    for (const scope of [1, null, {}, [1], ['a', null], true]) expect(await scopesOf({ scope })).toBe('invalid')
  })

  test('come from other claims by paths, without regard to what objects inherit (jwt/28)', async () => {
    const token = { permissions: ['p'], realm_access: { roles: ['r'] }, scope: 's' }
    expect(await scopesOf(token, [['permissions'], ['realm_access', 'roles']])).toEqual(['p', 'r'])
    expect(await scopesOf(token, [['toString'], ['realm_access', 'valueOf']])).toEqual([])
    expect(await scopesOf(token, [['realm_access', 'constructor', 'name']])).toEqual([])
    expect(
      await scopesOf(token, [
        ['__proto__', 'x'],
        ['permissions', '0'],
        ['permissions', 'length'],
      ]),
    ).toEqual([])
    expect(await scopesOf({ 'https://api.test/roles': 'x y' }, [['https://api.test/roles']])).toEqual(['x', 'y'])
  })
})
