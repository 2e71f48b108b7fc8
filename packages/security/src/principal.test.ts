import { exchange, handler, type Caller } from '@seaworthy/middleware'
import { Hono, type Context } from 'hono'
import { describe, expect, test } from 'vitest'
import { all, any, authenticator, createPrincipal, security, type Guard } from './index.ts'
import { ask, keyed, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()

function withHeaders(headers: Record<string, string>): RequestInit {
  return { headers }
}

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
    .get('/unscoped', policy.method(auth), tell(write))
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
    ['/unscoped', 'ann:write', {}],
    ['/none', 'ann', {}],
  ])('throws ERR_OTHER_POLICY for %s, that another requirement let in (security/12)', async (path, as, headers) => {
    expect(JSON.parse((await ask(app, path, as, withHeaders(headers))).body)).toEqual({ code: 'ERR_OTHER_POLICY' })
  })

  test('is found by the request as well (security/11)', async () => {
    const fetch = handler(auth, (request) => Response.json(auth.principal(request).subject))
    const request = new Request('https://example.com/', { headers: { authorization: 'token ann' } })
    expect(await (await fetch(request)).json()).toBe('ann')
  })

  test('has the scopes of a list: text, which would be taken for a list of letters, is refused (security/15)', () => {
    const made = (scopes: Iterable<string>) =>
      createPrincipal({ scheme: 'token', subject: 'ann', claims: null, scopes })
    expect([...made(['read', 'write']).scopes]).toEqual(['read', 'write'])
    expect([...made(new Set(['read'])).scopes]).toEqual(['read'])
    for (const text of ['read', 'read write', ''])
      expect(() => made(text)).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_SCOPE' }))
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

  test('is the same when several policies were satisfied by one principal (security/14)', async () => {
    const policy = security({ default: auth })
    const several = new Hono()
      .use(policy)
      .get('/:any', policy.method(auth.scopes('read')), async (_c, next) => next())
      .get('/x', (c) => c.json(exchange(c).caller))
    expect(JSON.parse((await ask(several, '/x', 'ann:read')).body)).toEqual(await callerOf('ann'))
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
      issued({ issuer: 'a', tenant: 'b","' }),
    ])
    expect(new Set(ids).size).toBe(ids.length)
  })
})
