import { middleware, handler } from '@seaworthy/middleware'
import { Hono, type Context } from 'hono'
import { describe, expect, test } from 'vitest'
import {
  all,
  any,
  authenticator,
  authorizationCredentials,
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

  test('a cookie that cannot be checked is not taken for none (security/19)', async () => {
    const refused = await ask(app, '/', undefined, withHeaders({ cookie: 'session=down' }))
    expect(refused.status).toBe(503)
    expect(refused.headers.get('set-cookie')).toBeNull()
  })

  test('a bad cookie is 401 where credentials are asked for, and is taken away (security/19)', async () => {
    const refused = await ask(guarded(session), '/', undefined, withHeaders({ cookie: 'session=expired' }))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('set-cookie')).toContain('Max-Age=0')
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
