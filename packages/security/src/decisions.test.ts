import { middleware, exchange, handler, type Caller } from '@seaworthy/middleware'
import { Hono, type Context } from 'hono'
import { describe, expect, test } from 'vitest'
import {
  all,
  any,
  authenticator,
  authorizationCredentials,
  bearerChallenge,
  challenge,
  createPrincipal,
  denial,
  optional,
  security,
  type Denial,
  type Guard,
} from './index.ts'
import { ask, cookie, keyed, prize, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const secret = (c: Context): Response => c.text(prize)

/** An application that asks for one requirement. */
function guarded(requirement: Guard<unknown>): Hono {
  return new Hono().use(requirement).get('/', secret)
}

function withHeaders(headers: Record<string, string>): RequestInit {
  return { headers }
}

/** A scheme that always denies. */
function denying(name: string, answer: Denial): Guard<unknown> & { readonly optional?: never } {
  return authenticator({
    name,
    extract: (x) => x.header(`x-${name}`),
    authenticate: () => ({ denied: answer }),
    challenge: (refusal) => challenge(name, { code: refusal.code }),
    openapi: () => ({ type: 'apiKey', in: 'header', name: `x-${name}` }),
  })
}

describe('any()', () => {
  const app = guarded(any(auth.scopes('write'), key))

  test('lets in by any alternative, the first success wins (security/7)', async () => {
    expect((await ask(app, '/', 'ann:write')).body).toBe(prize)
    expect((await ask(app, '/', undefined, withHeaders({ 'x-key': 'acme' }))).body).toBe(prize)
    expect((await ask(app, '/', 'bad', withHeaders({ 'x-key': 'acme' }))).body).toBe(prize)
    expect((await ask(app, '/', 'late:write', withHeaders({ 'x-key': 'bad' }))).body).toBe(prize)
  })

  test('tries those alone whose credentials are all present (security/7)', async () => {
    const first = token('first')
    const second = token('second')
    const either = guarded(any(all(first, key), second))
    await ask(either, '/', undefined, withHeaders({ authorization: 'first ann' }))
    await ask(either, '/', undefined, withHeaders({ authorization: 'second ann' }))
    expect(first.calls).toEqual([])
    expect(second.calls).toEqual(['ann'])
    await ask(either, '/', undefined, withHeaders({ authorization: 'first ann', 'x-key': 'acme' }))
    expect(first.calls).toEqual(['ann'])
  })

  test('runs a scheme once a request, however often it is asked for (security/8)', async () => {
    const counted = token()
    const policy = security({ default: any(all(counted, key), counted.scopes('write'), counted) })
    const deep = new Hono().use(policy).get('/', counted, policy.method(any(counted.scopes('write'), counted)), secret)
    expect((await ask(deep, '/', 'late')).body).toBe(prize)
    expect(counted.calls).toEqual(['late'])
  })

  test.each<[string, number, string | undefined, Record<string, string>]>([
    ['a scope is missing', 403, 'ann', {}],
    ['a scope is missing, and a key is bad', 403, 'ann', { 'x-key': 'bad' }],
    ['one is down', 503, 'down', {}],
    ['one is down, and a key is bad', 503, 'down', { 'x-key': 'bad' }],
    ['one is bad', 401, 'bad', {}],
    ['nothing is presented', 401, undefined, {}],
    ['two keys are sent', 400, undefined, { 'x-key': 'a, b' }],
  ])('is refused when %s: %i (security/9)', async (_name, status, credentials, headers) => {
    const refused = await ask(app, '/', credentials, withHeaders(headers))
    expect(refused.status).toBe(status)
    expect(refused.body).not.toContain(prize)
  })

  test('403 comes before 503, and that before 401 (security/9)', async () => {
    const scoped = token('scoped')
    const down = denying('down', denial('unavailable', 'down', { retryAfter: 7 }))
    const three = guarded(any(down, scoped.scopes('write'), key))
    const headers = { 'x-down': '1', authorization: 'scoped ann', 'x-key': 'bad' }
    expect((await ask(three, '/', undefined, withHeaders(headers))).status).toBe(403)
    const unavailable = await ask(three, '/', undefined, withHeaders({ 'x-down': '1', 'x-key': 'bad' }))
    expect(unavailable.status).toBe(503)
    expect(unavailable.headers.get('retry-after')).toBe('7')
  })
})

describe('all()', () => {
  const both = all(auth, key)
  const app = guarded(both).get('/who', (c) => c.json(both.principal(c)))

  test('asks for every member (security/10)', async () => {
    const keyHeader = withHeaders({ 'x-key': 'acme' })
    expect((await ask(app, '/', 'ann', keyHeader)).body).toBe(prize)
    expect((await ask(app, '/', 'ann')).status).toBe(401)
    expect((await ask(app, '/', undefined, keyHeader)).status).toBe(401)
    expect((await ask(app, '/', 'ann', withHeaders({ 'x-key': 'bad' }))).status).toBe(401)
  })

  test('yields a principal of each scheme, and merges none (security/10)', async () => {
    const { body } = await ask(app, '/who', 'ann:read', withHeaders({ 'x-key': 'acme' }))
    expect(JSON.parse(body)).toEqual({
      scheme: 'all',
      of: {
        token: { scheme: 'token', subject: 'ann', claims: { role: 'user' }, scopes: ['read'] },
        key: { scheme: 'key', subject: 'acme', claims: null, scopes: [] },
      },
    })
  })

  test('a scheme that stands in it twice has to grant the scopes of both (security/10)', async () => {
    const strict = guarded(all(auth.scopes('read'), auth.scopes('write'), key))
    const keyHeader = withHeaders({ 'x-key': 'acme' })
    expect((await ask(strict, '/', 'ann:read', keyHeader)).status).toBe(403)
    expect((await ask(strict, '/', 'ann:read,write', keyHeader)).body).toBe(prize)
  })
})

describe('principal()', () => {
  const either = any(auth, key)
  const policy = security({ default: either })
  const write = policy.method(auth.scopes('write'))
  const tell = (guard: Guard<unknown>) => (c: Context) => c.json({ principal: guard.principal(c) ?? null })
  const app = new Hono()
    .onError((error, c) => c.json({ code: 'code' in error ? error.code : String(error) }, 500))
    .use(policy)
    .get('/default', tell(either))
    .get('/policy', tell(policy))
    .get('/auth', tell(auth))
    .get('/key', tell(key))
    .get('/write', write, tell(write))
    .get('/write-as-auth', write, tell(auth))
    .get('/other', policy.method(key), tell(write))
    .get('/none', policy.none(), tell(either))

  const subjectOf = (body: string): string | undefined => JSON.parse(body).principal?.subject

  test('is who was let in, by the guard that did (security/11)', async () => {
    expect(subjectOf((await ask(app, '/default', 'ann')).body)).toBe('ann')
    expect(subjectOf((await ask(app, '/default', undefined, withHeaders({ 'x-key': 'acme' }))).body)).toBe('acme')
    expect(subjectOf((await ask(app, '/policy', 'ann')).body)).toBe('ann')
    expect(subjectOf((await ask(app, '/auth', 'ann')).body)).toBe('ann')
    expect(subjectOf((await ask(app, '/write', 'ann:write')).body)).toBe('ann')
    expect(subjectOf((await ask(app, '/write-as-auth', 'ann:write')).body)).toBe('ann')
  })

  test.each([
    ['/key', 'ann', {}],
    ['/auth', undefined, { 'x-key': 'acme' }],
    ['/other', 'ann:write', { 'x-key': 'acme' }],
    ['/none', 'ann', {}],
  ])('throws ERR_OTHER_POLICY for %s, that another requirement let in (security/12)', async (path, as, headers) => {
    expect(JSON.parse((await ask(app, path, as, withHeaders(headers))).body)).toEqual({ code: 'ERR_OTHER_POLICY' })
  })

  test('is found by the request as well (security/11)', async () => {
    const fetch = handler(auth, (request) => Response.json(auth.principal(request).subject))
    const request = new Request('https://example.com/', { headers: { authorization: 'token ann' } })
    expect(await (await fetch(request)).json()).toBe('ann')
  })

  test('cannot be changed, so that a cached one is safe (security/13)', () => {
    const principal = createPrincipal({
      scheme: 'x',
      subject: 'ann',
      claims: { roles: ['a', { deep: 1 }] },
      scopes: ['s'],
    })
    expect(Object.isFrozen(principal)).toBe(true)
    expect(Object.isFrozen(principal.claims)).toBe(true)
    expect(Object.isFrozen(principal.claims.roles[1])).toBe(true)
    expect(() => Object.assign(principal, { subject: 'bob' })).toThrow(TypeError)
    expect('add' in principal.scopes).toBe(false)
    expect([...principal.scopes]).toEqual(['s'])
    expect(principal.scopes.has('s')).toBe(true)
  })
})

describe('the caller of the exchange', () => {
  const app = new Hono().use(any(all(auth, key), auth, key)).get('/', (c) => c.json(exchange(c).caller))
  const callerOf = async (as: string | undefined, headers: Record<string, string> = {}): Promise<Caller> =>
    JSON.parse((await ask(app, '/', as, withHeaders(headers))).body)

  test('is a digest that is stable, and differs by scheme and subject (security/14)', async () => {
    const ann = await callerOf('ann')
    expect(ann).toEqual({ id: expect.stringMatching(/^[\w-]{43}$/), scheme: 'token' })
    expect(await callerOf('ann:read')).toEqual(ann)
    expect((await callerOf('bob')).id).not.toBe(ann.id)
    expect((await callerOf(undefined, { 'x-key': 'ann' })).id).not.toBe(ann.id)
    const both = await callerOf('ann', { 'x-key': 'ann' })
    expect(both.scheme).toBe('all')
    expect(both.id).not.toBe(ann.id)
  })

  test('keeps issuer, tenant and subject apart (security/14)', async () => {
    const issued = (input: object): Promise<string> => {
      const guard = authenticator({
        name: 'x',
        extract: () => 'y',
        authenticate: () => ({ principal: createPrincipal({ scheme: 'x', subject: 's', claims: {}, ...input }) }),
        challenge: () => 'X',
        openapi: () => ({ type: 'mutualTLS' }),
      })
      const fetch = handler(guard, (request) => Response.json(exchange(request).caller?.id))
      return Promise.resolve(fetch(new Request('https://x.example/'))).then((response) => response.text())
    }
    const ids = await Promise.all([
      issued({}),
      issued({ issuer: 'a' }),
      issued({ tenant: 'a' }),
      issued({ issuer: 'a', tenant: 'b' }),
      issued({ issuer: 'a","b' }),
      issued({ issuer: 'ab' }),
    ])
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('construction', () => {
  test('refuses a scope that the scheme does not declare (security/15)', () => {
    // @ts-expect-error a scope that is not declared
    expect(() => auth.scopes('delete')).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_SCOPE' }))
    // @ts-expect-error a scheme without scopes
    expect(() => cookie().scopes('read')).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_SCOPE' }))
  })

  test('refuses two schemes of one name (security/16)', () => {
    const clash = expect.objectContaining({ code: 'ERR_SECURITY_SCHEME' })
    expect(() => any(token(), token())).toThrow(clash)
    expect(() => all(token(), token(), key)).toThrow(clash)
    const policy = security({ default: token() })
    expect(() => policy.method(token())).toThrow(clash)
    expect(() => policy.service(any(key, token()))).toThrow(clash)
    expect(() => security({ default: any(token(), token('other')) })).not.toThrow()
  })

  test('refuses names and scopes that cannot be written down (security/16)', () => {
    for (const name of ['', 'a b', 'a"', 'all', 'none', 'x'.repeat(65)]) {
      expect(() => keyed(name)).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_SCHEME' }))
    }
    const scoped = (scope: string): unknown =>
      authenticator({
        name: 'x',
        scopes: { [scope]: '' },
        extract: () => undefined,
        authenticate: () => ({ denied: denial('invalid', '') }),
        challenge: () => 'X',
        openapi: () => ({ type: 'mutualTLS' }),
      })
    for (const scope of ['', 'a b', 'a"', 'a\\', 'ä', 'a\n']) {
      expect(() => scoped(scope)).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_SCOPE' }))
    }
    expect(() => scoped('orders:write')).not.toThrow()
  })

  test('refuses optional() anywhere but outermost, any() in all(), and what is no guard (security/17)', () => {
    const wrong = expect.objectContaining({ code: 'ERR_SECURITY_REQUIREMENT' })
    // @ts-expect-error optional() inside of any()
    expect(() => any(auth, optional(key))).toThrow(wrong)
    // @ts-expect-error optional() inside of optional()
    expect(() => optional(optional(key))).toThrow(wrong)
    expect(() => all(auth, any(key, token('other')))).toThrow(wrong)
    expect(() => all(auth, auth)).toThrow(wrong)
    // @ts-expect-error no guard
    expect(() => any(middleware({}))).toThrow(wrong)
    // @ts-expect-error nothing
    expect(() => any()).toThrow(wrong)
    // @ts-expect-error no guard
    expect(() => security({ default: undefined })).toThrow(wrong)
    // @ts-expect-error not an option
    expect(() => security({ default: auth, unmatched: 'open' })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_OPTION' }),
    )
  })
})

describe('optional()', () => {
  const session = cookie()
  const maybe = optional(any(auth.scopes('read'), session))
  const app = new Hono().use(maybe).get('/', (c) => c.json(maybe.principal(c)?.subject ?? null))

  test('lets a request without credentials in (security/18)', async () => {
    expect((await ask(app, '/')).body).toBe('null')
    expect((await ask(app, '/', 'ann:read')).body).toBe('"ann"')
  })

  test('refuses explicit credentials that are bad (security/18)', async () => {
    expect((await ask(app, '/', 'bad')).status).toBe(401)
    expect((await ask(app, '/', 'ann')).status).toBe(403)
    expect((await ask(app, '/', 'down')).status).toBe(503)
    expect((await ask(app, '/', 'bad', withHeaders({ cookie: 'session=expired' }))).status).toBe(401)
  })

  test('takes a bad cookie for none, and takes it away (security/19)', async () => {
    const anonymous = await ask(app, '/', undefined, withHeaders({ cookie: 'session=expired' }))
    expect(anonymous.body).toBe('null')
    expect(anonymous.headers.get('set-cookie')).toBe('session=; Max-Age=0; Path=/')
    expect((await ask(app, '/', 'ann:read', withHeaders({ cookie: 'session=expired' }))).body).toBe('"ann"')
  })

  test('a bad cookie is 401 where credentials are asked for, and is taken away (security/19)', async () => {
    const refused = await ask(guarded(session), '/', undefined, withHeaders({ cookie: 'session=expired' }))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('set-cookie')).toContain('Max-Age=0')
  })
})

describe('an answer', () => {
  const app = guarded(any(auth.scopes('write', 'read'), key))

  test('401 names the challenges of all alternatives, and no error when nothing was presented (security/20)', async () => {
    const { headers } = await ask(app, '/')
    expect(headers.get('www-authenticate')).toBe('Token realm="test", scope="write read", ApiKey realm="test"')
    const bad = await ask(app, '/', 'bad')
    expect(bad.headers.get('www-authenticate')).toBe(
      'Token realm="test", error="invalid_token", scope="write read", ApiKey realm="test"',
    )
    const badKey = await ask(app, '/', undefined, withHeaders({ 'x-key': 'bad' }))
    expect(badKey.headers.get('www-authenticate')).not.toContain('error')
  })

  test('401 has a challenge even if the scheme has none (security/20)', async () => {
    const silent = authenticator({
      name: 'silent',
      extract: () => undefined,
      authenticate: () => ({ denied: denial('invalid', '') }),
      challenge: () => '',
      openapi: () => ({ type: 'mutualTLS' }),
    })
    expect((await ask(guarded(silent), '/')).headers.get('www-authenticate')).toBe('silent')
  })

  test('403 names the scopes (security/21)', async () => {
    const { headers, status } = await ask(app, '/', 'ann')
    expect(status).toBe(403)
    expect(headers.get('www-authenticate')).toBe('Token realm="test", error="insufficient_scope", scope="write read"')
  })

  test.each<[Denial['code'], number]>([
    ['missing', 401],
    ['invalid', 401],
    ['insufficient_auth', 401],
    ['malformed', 400],
    ['insufficient_scope', 403],
    ['insecure_transport', 403],
    ['limited', 429],
    ['unavailable', 503],
  ])('for %s is %i, with a body that says nothing beyond the code (security/22)', async (code, status) => {
    const refused = await ask(
      guarded(denying('no', denial(code, 'the secret reason'))),
      '/',
      undefined,
      withHeaders({ 'x-no': 'canary' }),
    )
    expect(refused.status).toBe(status)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(Object.keys(JSON.parse(refused.body)).toSorted()).toEqual(['code', 'status', 'title'])
    expect(JSON.parse(refused.body).code).toBe(code)
    expect(JSON.stringify([...refused.headers])).not.toMatch(/secret|canary/)
    expect(refused.headers.get('cache-control')).toBe('no-store')
    if (status === 401) expect(refused.headers.get('www-authenticate')).toBe(`no code="${code}"`)
    if (status === 429 || status === 503) expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('what a verification throws is 503 with Retry-After, and stays inside (security/23)', async () => {
    for (const app2 of [guarded(auth), guarded(optional(auth)), guarded(any(auth, key))]) {
      const refused = await ask(app2, '/', 'down')
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toBe('5')
      expect(refused.body).not.toContain('database')
    }
  })

  test('a scheme may answer in its own way (security/24)', async () => {
    const login = authenticator({
      name: 'login',
      extract: () => undefined,
      authenticate: () => ({ denied: denial('invalid', '') }),
      challenge: () => challenge('Cookie'),
      respond: (refusal, x) =>
        refusal.code === 'missing' && x.header('sec-fetch-mode') === 'navigate'
          ? Response.redirect(new URL('/login', x.url))
          : undefined,
      openapi: () => ({ type: 'apiKey', in: 'cookie', name: 'session' }),
    })
    const app2 = guarded(any(auth, login))
    const sent = await ask(app2, '/', undefined, withHeaders({ 'sec-fetch-mode': 'navigate' }))
    expect(sent.status).toBe(302)
    expect((await ask(app2, '/')).status).toBe(401)
  })

  test('stays as it is under a custom onError (security/20)', async () => {
    const custom = new Hono()
      .onError((_e, c) => c.text('mine', 500))
      .use(auth)
      .get('/', secret)
    expect((await ask(custom, '/')).headers.get('www-authenticate')).toContain('Token')
  })

  test('comes before the body is read, and before validation (security/25)', async () => {
    const seen: string[] = []
    const policy = security({ default: auth })
    const app2 = new Hono().use(policy).post(
      '/',
      async (c, next) => {
        seen.push(await c.req.text())
        await next()
      },
      secret,
    )
    const body = new ReadableStream({ pull: () => void seen.push('pulled') }, { highWaterMark: 0 })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    expect((await ask(app2, '/', undefined, init)).status).toBe(401)
    expect(seen).toEqual([])
  })
})

describe('several credentials', () => {
  const app = guarded(any(auth, key))

  test.each([
    'Token ann, Token bob',
    'Token ann,token bob',
    'Token ann, Bearer x',
    'Bearer x, Token ann',
    'Token ann, Basic YTpi',
    'Token ann,,DPoP x',
    'Foo x, ApiKey y',
    'Token ann, Token',
  ])('in one header are 400: %s (security/26)', async (authorization) => {
    const refused = await ask(app, '/', undefined, withHeaders({ authorization }))
    expect(refused.status).toBe(400)
    expect(JSON.parse(refused.body).code).toBe('malformed')
  })

  test('in repeated headers are 400, with a valid key beside them (security/26)', async () => {
    const headers = new Headers({ 'x-key': 'acme' })
    headers.append('authorization', 'Token ann')
    headers.append('authorization', 'Token ann')
    expect((await app.request('/', { headers })).status).toBe(400)
  })

  test.each(['Foo x', 'Tokenx ann', 'Tok ann', 'ann', 'Bearer x', '', 'Token\tann'])(
    'of a foreign scheme alone are none: %j (security/27)',
    async (authorization) => {
      const refused = await ask(app, '/', undefined, withHeaders({ authorization }))
      expect(refused.status).toBe(401)
      expect(JSON.parse(refused.body).code).toBe('missing')
    },
  )

  test('the name of a scheme has no case, and empty credentials are bad ones (security/27)', async () => {
    expect((await ask(app, '/', undefined, withHeaders({ authorization: 'tOKEN   ann' }))).body).toBe(prize)
    const empty = await ask(app, '/', undefined, withHeaders({ authorization: 'Token' }))
    expect(JSON.parse(empty.body).code).toBe('invalid')
  })
})

describe('challenges', () => {
  test('quote by RFC 9110 (security/28)', () => {
    expect(challenge('Basic', { realm: 'a "b" \\ c', charset: 'UTF-8' })).toBe(
      'Basic realm="a \\"b\\" \\\\ c", charset="UTF-8"',
    )
    expect(challenge('X')).toBe('X')
    expect(challenge('X', { a: undefined, b: '' })).toBe('X b=""')
  })

  test('refuse what cannot stand in a header (security/28)', () => {
    const wrong = expect.objectContaining({ code: 'ERR_SECURITY_CHALLENGE' })
    for (const value of ['a\nb', 'a\r', '\u0000', 'é', '\u007f'])
      expect(() => challenge('X', { realm: value })).toThrow(wrong)
    for (const name of ['', 'a b', 'a=']) {
      expect(() => challenge(name, {})).toThrow(wrong)
      expect(() => challenge('X', { [name]: '' })).toThrow(wrong)
    }
  })

  test('of bearer tokens keep to the characters of RFC 6750 (security/28)', () => {
    const wrong = expect.objectContaining({ code: 'ERR_SECURITY_CHALLENGE' })
    expect(() => bearerChallenge(denial('invalid', ''), ['a"b'])).toThrow(wrong)
    expect(bearerChallenge(denial('missing', ''), [])).toBe('Bearer')
    expect(bearerChallenge(denial('malformed', ''), [], { realm: 'r' })).toBe(
      'Bearer realm="r", error="invalid_request"',
    )
    const stepUp = denial('insufficient_auth', '', { parameters: { acr_values: 'phr' } })
    expect(bearerChallenge(stepUp, [])).toBe('Bearer error="insufficient_user_authentication", acr_values="phr"')
  })
})

test('a guard stands alone, under Hono and under Fetch (security/29)', async () => {
  const app = new Hono().use('/admin/*', auth.scopes('write')).get('/admin/x', secret).get('/', secret)
  expect((await ask(app, '/')).body).toBe(prize)
  expect((await ask(app, '/admin/x')).status).toBe(401)
  expect((await ask(app, '/admin/x', 'ann')).status).toBe(403)
  expect((await ask(app, '/admin/x', 'ann:write')).body).toBe(prize)
  const fetch = handler(auth, () => new Response(prize))
  expect((await fetch(new Request('https://x.example/'))).status).toBe(401)
  const answer = fetch(new Request('https://x.example/', { headers: { authorization: 'Token ann' } }))
  expect(answer).toBeInstanceOf(Response)
})

test('an extract that throws lets nobody in (security/23)', async () => {
  const broken = authenticator({
    name: 'broken',
    extract(): string {
      throw new Error('a bug')
    },
    authenticate: () => ({ principal: createPrincipal({ scheme: 'broken', subject: 'x', claims: {} }) }),
    challenge: () => 'X',
    openapi: () => ({ type: 'mutualTLS' }),
  })
  const errors = console.error
  console.error = () => undefined
  try {
    expect((await ask(guarded(broken), '/')).status).toBe(500)
  } finally {
    console.error = errors
  }
})

test('several applications of one scheme do not share what they know (security/8)', async () => {
  const counted = authenticator({
    name: 'counted',
    extract: (x) => authorizationCredentials(x, 'Token'),
    authenticate: (subject: string) => ({ principal: createPrincipal({ scheme: 'counted', subject, claims: {} }) }),
    challenge: () => 'Token',
    openapi: () => ({ type: 'http', scheme: 'token' }),
  })
  const app = new Hono().use(counted).get('/', (c) => c.text(counted.principal(c).subject))
  const subjects = await Promise.all(Array.from({ length: 200 }, async (_, i) => (await ask(app, '/', `s${i}`)).body))
  expect(subjects).toEqual(Array.from({ length: 200 }, (_, i) => `s${i}`))
})
