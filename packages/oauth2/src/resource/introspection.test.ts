import { createTestClock } from '@seaworthy/middleware/testing'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Hono } from 'hono'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { beforeEach, describe, expect, test } from 'vitest'
import { resourceServer, type ClientAuth, type IntrospectionOptions } from '../resource.ts'
import { ask, prize } from './ask.test-kit.ts'
import { active, opaqueIssuer, type OpaqueIssuer } from './opaque-issuer.test-kit.ts'

const start = 1_800_000_000_000
const now = start / 1000
const resource = 'https://api.test'
let clock = createTestClock(start)
let issuer: OpaqueIssuer

beforeEach(() => {
  clock = createTestClock(start)
  issuer = opaqueIssuer({ good: active() })
})

function service(more: Partial<IntrospectionOptions> = {}): ReturnType<typeof resourceServer> {
  return resourceServer({ resource, introspection: { ...issuer.options, ...more }, clock })
}

/** The status for a token of which the issuer tells this. */
async function statusOf(told: unknown, more?: Partial<IntrospectionOptions>): Promise<number> {
  issuer.tokens['told'] = told
  return (await ask(service(more), { bearer: 'told' })).status
}

describe('the question', () => {
  test('is a POST of the token, by a client that shows who it is (oauth2/11)', async () => {
    expect(await ask(service(), { bearer: 'good' })).toMatchObject({ status: 200, body: prize })
    const [{ url, body, headers } = never()] = issuer.asked
    expect(url).toBe('https://id.test/introspect')
    expect(Object.fromEntries(body)).toEqual({ token: 'good', token_type_hint: 'access_token' })
    expect(headers.get('authorization')).toBe(`Basic ${btoa('api:a+secret+of+the+api')}`)
    expect(headers.get('accept')).toBe('application/json')
  })

  test('is authenticated by a secret in the body, or by a key (oauth2/11)', async () => {
    await ask(service({ clientAuth: { method: 'client_secret_post', secret: 's' } }), { bearer: 'good' })
    expect(issuer.asked[0]?.body.get('client_secret')).toBe('s')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = { ...privateKey.export({ format: 'jwk' }), kty: 'EC', alg: 'ES256' }
    await ask(service({ clientAuth: { method: 'private_key_jwt', key } }), { bearer: 'good' })
    expect(issuer.asked[1]?.body.get('client_assertion')).toMatch(/^eyJ/)
  })

  test('is never asked by nobody (oauth2/11)', () => {
    expect(() => service({ clientAuth: { method: 'none' } })).toThrow('clientAuth')
    // What a program without types may leave out.
    expect(() => service({ clientAuth: undefined as unknown as ClientAuth })).toThrow('clientAuth')
  })

  test('is not asked about what is no token (oauth2/19)', async () => {
    const guard = service()
    for (const token of ['a b', 'a"b', 'a,b', 'ä', 'a=b', '=', 'x'.repeat(8193)]) {
      const headers = { authorization: `Bearer ${token}` }
      expect((await ask(guard, { headers })).status).toBe(401)
    }
    expect(issuer.asked).toEqual([])
    issuer.tokens['x'.repeat(8192)] = active()
    expect((await ask(guard, { bearer: 'x'.repeat(8192) })).status).toBe(200)
    issuer.tokens['-._~+/a1=='] = active()
    expect((await ask(guard, { bearer: '-._~+/a1==' })).status).toBe(200)
  })

  test('goes to the endpoint of the metadata, if no other is named (oauth2/20)', async () => {
    const metadata = { issuer: 'https://id.test', introspection_endpoint: 'https://id.test/tell' }
    const fetch: typeof globalThis.fetch = async (input, init) =>
      String(input).includes('/.well-known/')
        ? Response.json(metadata)
        : (issuer.options.fetch ?? globalThis.fetch)(input, init)
    const { endpoint: _endpoint, ...options } = issuer.options
    const guard = resourceServer({ resource, clock, introspection: { ...options, fetch } })
    expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    expect(issuer.asked[0]?.url).toBe('https://id.test/tell')
  })

  test('is not asked about JWTs where they are verified here (oauth2/2)', async () => {
    const jwts = createTestIssuer()
    const jwt = { issuer: jwts.issuer, jwks: jwts.jwks() }
    const guard = resourceServer({ resource, jwt, introspection: issuer.options })
    const app = new Hono().get('/', guard, (c) => c.text(guard.principal(c).subject))
    const subjectOf = async (token: string): Promise<string> =>
      (await app.request('/', { headers: { authorization: `Bearer ${token}` } })).text()
    expect(await subjectOf(jwts.token())).toBe('test-user')
    expect(issuer.asked).toEqual([])
    expect(await subjectOf('good')).toBe('ann')
    expect((await ask(guard, { bearer: createTestIssuer().token() })).status).toBe(401)
    expect((await ask(guard, { bearer: 'a.b.c' })).status).toBe(401)
    expect(issuer.asked.map(({ body }) => body.get('token'))).toEqual(['good', 'a.b.c'])
  })
})

function never(): never {
  throw new Error('nothing was asked')
}

describe('the answer', () => {
  test.each<[unknown]>([[false], ['true'], [1], ['1'], [[true]], [{}], ['active'], [null]])(
    'is active when it says exactly true: not %j (oauth2/12)',
    async (said) => {
      expect(await statusOf({ ...active(), active: said })).toBe(401)
    },
  )

  test.each<[string, Record<string, unknown>, number]>([
    ['has expired', { exp: now - 5 }, 401],
    ['expires within the tolerance', { exp: now - 4 }, 200],
    ['expires later', { exp: now + 60 }, 200],
    ['expires never', { exp: undefined }, 200],
    ['has an exp that is text', { exp: String(now + 60) }, 401],
    ['has an exp beyond all times', { exp: 1e300 }, 401],
    ['has an exp that is nothing', { exp: null }, 401],
    ['is not yet valid', { nbf: now + 6 }, 401],
    ['is valid within the tolerance', { nbf: now + 5 }, 200],
    ['has an nbf that is text', { nbf: '0' }, 401],
    ['is for another service', { aud: 'https://other.test' }, 401],
    ['is for none', { aud: undefined }, 401],
    ['is for an empty list', { aud: [] }, 401],
    ['is for several, this among them', { aud: ['https://other.test', resource] }, 200],
    ['is for a list that is none', { aud: [resource, 1] }, 401],
    ['is for an object', { aud: { 0: resource } }, 401],
    ['is of its issuer', { iss: 'https://id.test' }, 200],
    ['is of another issuer', { iss: 'https://id.test/' }, 401],
    ['is of an issuer that is none', { iss: ['https://id.test'] }, 401],
    ['has a subject that is a number', { sub: 1 }, 401],
    ['has a scope that is a list', { scope: ['orders:read'] }, 401],
    ['is bound to something else', { cnf: { kid: 'a' } }, 401],
    ['is bound to a key', { cnf: { jkt: 'a'.repeat(43) } }, 401],
    ['is bound to a certificate', { cnf: { 'x5t#S256': 'a'.repeat(43) } }, 401],
    ['is bound to nothing', { cnf: {} }, 401],
    ['is said to be bound to a key', { token_type: 'DPoP' }, 401],
  ])('of a token that %s (oauth2/13)', async (_name, told, status) => {
    expect(await statusOf(active(told))).toBe(status)
  })

  test.each<[string, Record<string, unknown>]>([
    ['token_type', { token_type: 'refresh_token' }],
    ['token_use', { token_use: 'refresh_token' }],
    ['typ', { typ: 'Refresh' }],
    ['typ of a session', { typ: 'Offline' }],
    ['typ of an ID token', { typ: 'ID' }],
  ])('of a refresh token or an ID token is 401, by its %s (oauth2/14)', async (_name, told) => {
    expect(await statusOf(active(told))).toBe(401)
    expect(await statusOf(active({ token_type: 'Bearer', token_use: 'access_token', typ: 'Bearer' }))).toBe(200)
  })

  test('may be for another name of this service, or for none where that is asked for (oauth2/13)', async () => {
    expect(await statusOf(active({ aud: 'orders' }), { audience: ['orders', 'shop'] })).toBe(200)
    expect(await statusOf(active(), { audience: 'orders' })).toBe(401)
    expect(await statusOf(active({ aud: undefined }), { audienceOptional: true })).toBe(200)
    expect(await statusOf(active({ aud: 'x' }), { audienceOptional: true })).toBe(401)
  })

  test('tells who is calling (oauth2/21)', async () => {
    issuer.tokens['told'] = active({ exp: now + 60, acr: 'mfa', auth_time: now - 60, tenant: 't' })
    issuer.tokens['own'] = active({ sub: undefined })
    issuer.tokens['nobody'] = active({ sub: undefined, client_id: undefined })
    const guard = service()
    const app = new Hono().get('/', guard, (c) => c.json(guard.principal(c)))
    const principalOf = async (token: string): Promise<unknown> =>
      (await app.request('/', { headers: { authorization: `Bearer ${token}` } })).json()
    expect(await principalOf('told')).toMatchObject({
      scheme: 'oauth2',
      subject: 'ann',
      issuer: 'https://id.test',
      clientId: 'app',
      scopes: ['orders:read'],
      expiresAt: now + 60,
      authTime: now - 60,
      acr: 'mfa',
      claims: { tenant: 't', sub: 'ann' },
    })
    expect(await principalOf('own')).toMatchObject({ subject: 'app', clientId: 'app' })
    expect((await ask(guard, { bearer: 'nobody' })).status).toBe(401)
  })

  test('has claims by a schema, or is refused by it (oauth2/21)', async () => {
    const claims = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value: unknown) =>
          Reflect.get(Object(value), 'tenant') === 't' ? { value: { tenant: 't' } } : { issues: [{ message: 'no' }] },
      },
    } as const
    issuer.tokens['told'] = active({ tenant: 't' })
    const guard = resourceServer({ resource, introspection: issuer.options, claims })
    const app = new Hono().get('/', guard, (c) => c.json(guard.principal(c).claims))
    const response = await app.request('/', { headers: { authorization: 'Bearer told' } })
    expect(await response.json()).toEqual({ tenant: 't' })
    expect((await ask(guard, { bearer: 'good' })).status).toBe(401)
  })
})

describe('what is kept', () => {
  test('is an answer for its time: a revocation is seen within it (oauth2/15)', async () => {
    const guard = service({ ttl: '10s' })
    expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    issuer.tokens['good'] = { active: false }
    clock.advance('9s')
    expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    expect(issuer.asked).toHaveLength(1)
    clock.advance('1s')
    expect((await ask(guard, { bearer: 'good' })).status).toBe(401)
    expect(issuer.asked).toHaveLength(2)
  })

  test('counts from the question, not from the answer (oauth2/15)', async () => {
    const guard = service({ ttl: '10s' })
    issuer.intercept = () => {
      clock.advance('4s')
      return Response.json(active())
    }
    expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    issuer.intercept = () => Response.json({ active: false })
    clock.advance('6s')
    expect((await ask(guard, { bearer: 'good' })).status).toBe(401)
  })

  test('ends with the token, whatever the time (oauth2/15)', async () => {
    issuer.tokens['good'] = active({ exp: now + 3 })
    const guard = service({ ttl: '1h', clockTolerance: 0 })
    expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    clock.advance('3s')
    expect((await ask(guard, { bearer: 'good' })).status).toBe(401)
  })

  test('is thirty seconds, and five for a refusal, if nothing else is asked for (oauth2/15) (oauth2/16)', async () => {
    const guard = service()
    await ask(guard, { bearer: 'good' })
    await ask(guard, { bearer: 'bad' })
    clock.advance('4999ms')
    await ask(guard, { bearer: 'bad' })
    expect(issuer.asked).toHaveLength(2)
    clock.advance('1ms')
    await ask(guard, { bearer: 'bad' })
    expect(issuer.asked).toHaveLength(3)
    clock.advance('24999ms')
    await ask(guard, { bearer: 'good' })
    expect(issuer.asked).toHaveLength(3)
    clock.advance('1ms')
    await ask(guard, { bearer: 'good' })
    expect(issuer.asked).toHaveLength(4)
  })

  test('is of its token alone: no two tokens share an answer (oauth2/15)', async () => {
    issuer.tokens['Good'] = active({ sub: 'bob' })
    const guard = service()
    const app = new Hono().get('/', guard, (c) => c.text(guard.principal(c).subject))
    for (let i = 0; i < 2; i++) {
      for (const [token, subject] of [
        ['good', 'ann'],
        ['Good', 'bob'],
      ] as const) {
        const response = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
        expect(await response.text()).toBe(subject)
      }
    }
    expect(issuer.asked).toHaveLength(2)
  })

  test('is bounded, and refusals push no answer out (oauth2/16)', async () => {
    issuer.tokens['other'] = active()
    const guard = service({ max: 1 })
    await ask(guard, { bearer: 'good' })
    for (let i = 0; i < 20; i++) await ask(guard, { bearer: `made-up-${i}` })
    await ask(guard, { bearer: 'good' })
    expect(issuer.asked).toHaveLength(21)
    await ask(guard, { bearer: 'made-up-19' })
    expect(issuer.asked).toHaveLength(21)
    await ask(guard, { bearer: 'made-up-18' })
    expect(issuer.asked).toHaveLength(22)
    await ask(guard, { bearer: 'other' })
    await ask(guard, { bearer: 'good' })
    expect(issuer.asked).toHaveLength(24)
  })

  test('is nothing where that is asked for, but for who asks at once (oauth2/15) (oauth2/17)', async () => {
    const guard = service({ ttl: 0 })
    await ask(guard, { bearer: 'good' })
    await ask(guard, { bearer: 'good' })
    expect(issuer.asked).toHaveLength(2)
  })

  test('one question serves all who ask at once, good or bad (oauth2/17)', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    issuer.intercept = async () => {
      await promise
      return Response.json(active())
    }
    const guard = service()
    const answers = Array.from({ length: 50 }, () => ask(guard, { bearer: 'good' }))
    resolve()
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true)
    expect(issuer.asked).toHaveLength(1)
  })
})

describe('an endpoint that fails', () => {
  const cases: Record<string, () => Response | Promise<Response>> = {
    'a server error': () => new Response('sorry', { status: 500 }),
    'a server error with a good body': () => Response.json(active(), { status: 500 }),
    'a page in HTML': () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    'a good body that is called HTML': () =>
      new Response(JSON.stringify(active()), { headers: { 'content-type': 'text/html' } }),
    'no JSON': () => new Response('{"active":true', { headers: { 'content-type': 'application/json' } }),
    'a list': () => Response.json([active()]),
    nothing: () => Response.json(null),
    'no word of active': () => Response.json({ sub: 'ann' }),
    'another status': () => Response.json(active(), { status: 201 }),
    'a redirect': () => Response.redirect('https://evil.test/', 307),
    'a refusal of this service': () => Response.json({ error: 'invalid_client' }, { status: 401 }),
    'a body without an end': () =>
      new Response('x'.repeat(600 * 1024), { headers: { 'content-type': 'application/json' } }),
    'no connection': () => Promise.reject(new TypeError('fetch failed')),
  }

  for (const [name, answer] of Object.entries(cases)) {
    test(`with ${name} is 503 with Retry-After, and is asked again (oauth2/18)`, async () => {
      const guard = service()
      issuer.intercept = answer
      const refused = await ask(guard, { bearer: 'good' })
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(refused.body).not.toContain(prize)
      issuer.intercept = undefined
      expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    })
  }

  test('says when to come again, if it is told (oauth2/18)', async () => {
    issuer.intercept = () => new Response(null, { status: 503, headers: { 'retry-after': '42' } })
    expect((await ask(service(), { bearer: 'good' })).headers.get('retry-after')).toBe('42')
  })

  test('does not sign out those whose answer is kept (oauth2/18)', async () => {
    const guard = service()
    await ask(guard, { bearer: 'good' })
    issuer.intercept = () => new Response(null, { status: 500 })
    expect((await ask(guard, { bearer: 'good' })).status).toBe(200)
    expect((await ask(guard, { bearer: 'other' })).status).toBe(503)
    clock.advance('30s')
    expect((await ask(guard, { bearer: 'good' })).status).toBe(503)
  })

  test('is given up after its time, by a real socket that says nothing or drips (oauth2/18)', async () => {
    for (const drip of [false, true]) {
      const server = createServer((_request, response) => {
        if (!drip) return
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{')
      })
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
      try {
        const { fetch: _fetch, ...options } = issuer.options
        const asked = { ...options, issuer: url, endpoint: `${url}/introspect`, timeout: 100 }
        const guard = resourceServer({ resource, introspection: asked, clock })
        const begun = performance.now()
        expect((await ask(guard, { bearer: 'good' })).status).toBe(503)
        expect(performance.now() - begun).toBeLessThan(2_000)
      } finally {
        server.closeAllConnections()
        server.close()
      }
    }
  })
})
