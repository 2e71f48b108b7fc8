import { handler, stack, trustProxy } from '@seaworthy/middleware'
import { any, optional, security } from '@seaworthy/security'
import { remoteJwks } from '@seaworthy/jwt'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { resourceServer } from '../resource.ts'
import { ask, prize } from './ask.test-kit.ts'

const issuer = createTestIssuer()
const resource = 'https://api.test'
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
const scopes = { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' } as const
const api = resourceServer({ resource, jwt, scopes, realm: 'shop' })
const metadata = 'resource_metadata="https://api.test/.well-known/oauth-protected-resource"'
const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
})

describe('a resource server', () => {
  test('stands in Hono, in sub-applications and in Fetch, and knows who was let in (oauth2/1) (oauth2/3)', async () => {
    const token = issuer.token({ sub: 'ann', scope: 'orders:write' })
    const sub = new Hono().get('/', api.scopes('orders:write'), (c) => c.text(api.principal(c).subject))
    const app = new Hono().get('/me', api, (c) => c.text(api.principal(c).subject)).route('/orders', sub)
    for (const path of ['/me', '/orders']) {
      expect(await (await app.request(path, bearer(token))).text()).toBe('ann')
      expect((await app.request(path)).status).toBe(401)
    }
    const parts = stack(trustProxy('loopback'), api)
    const fetch = handler(parts, (request) => new Response(api.principal(request).subject))
    expect(await (await fetch(new Request('https://api.test/', bearer(token)))).text()).toBe('ann')
    expect((await fetch(new Request('https://api.test/'))).status).toBe(401)
  })

  test('asks JWTs for its resource as audience, or for another name (oauth2/1)', async () => {
    const named = resourceServer({ resource, jwt: { ...jwt, audience: 'orders' } })
    expect((await ask(api, { bearer: issuer.token() })).status).toBe(200)
    expect((await ask(api, { bearer: issuer.token({ aud: 'orders' }) })).status).toBe(401)
    expect((await ask(named, { bearer: issuer.token({ aud: 'orders' }) })).status).toBe(200)
    expect((await ask(named, { bearer: issuer.token() })).status).toBe(401)
  })

  test('has claims by a schema, which leaves the binding to be checked (oauth2/1)', async () => {
    const claims = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => ({ value: { role: Reflect.get(Object(value), 'role') === 'admin' } }),
      },
    } as const
    const guard = resourceServer({ resource, jwt, claims })
    const app = new Hono().get('/', guard, (c) => c.json(guard.principal(c).claims))
    expect(await (await app.request('/', bearer(issuer.token({ role: 'admin' })))).json()).toEqual({ role: true })
    const bound = issuer.token({ role: 'admin', cnf: { jkt: 'a'.repeat(43) } })
    expect((await app.request('/', bearer(bound))).status).toBe(401)
    expect((await app.request('/', bearer(bound))).status).toBe(401)
  })

  test('is a part of policies, and of any() and optional() (oauth2/3)', async () => {
    const second = createTestIssuer({ issuer: 'https://second.test' })
    const other = resourceServer({ name: 'second', resource, jwt: { issuer: second.issuer, jwks: second.jwks() } })
    const policy = security({ default: api })
    const both = policy.method(any(api, other))
    const open = policy.method(optional(api))
    const app = new Hono().use(api.routes, policy)
    app.get('/both', both, (c) => c.text(both.principal(c).scheme))
    app.get('/open', open, (c) => c.text(open.principal(c)?.subject ?? 'nobody'))
    policy.assertCovered(app)
    expect(await (await app.request('/both', bearer(issuer.token()))).text()).toBe('oauth2')
    expect(await (await app.request('/both', bearer(second.token()))).text()).toBe('second')
    expect((await app.request('/both', bearer('x'))).status).toBe(401)
    expect(await (await app.request('/open')).text()).toBe('nobody')
    expect(await (await app.request('/open', bearer(issuer.token()))).text()).toBe('test-user')
    expect((await app.request('/open', bearer('x'))).status).toBe(401)
  })
})

describe('refusals', () => {
  test('without credentials are 401 with a challenge that names no error (oauth2/4) (oauth2/6)', async () => {
    const answer = await ask(api)
    expect(answer).toMatchObject({ status: 401, challenge: `Bearer realm="shop", ${metadata}` })
    expect(answer.body).not.toContain(prize)
    expect((await ask(api, { headers: { authorization: 'Basic YTpi' } })).challenge).toBe(answer.challenge)
  })

  test('of a bad token are 401 invalid_token, whatever is wrong with it (oauth2/4) (oauth2/6)', async () => {
    const bad = ['x', 'x.y.z', issuer.token({ aud: 'x' }), issuer.token({ exp: 1 }), createTestIssuer().token()]
    const answers = await Promise.all(bad.map((token) => ask(api, { bearer: token })))
    expect(new Set(answers.map(({ body, challenge }) => body + challenge)).size).toBe(1)
    expect(answers[0]).toMatchObject({
      status: 401,
      challenge: `Bearer realm="shop", ${metadata}, error="invalid_token"`,
    })
  })

  test('for want of a scope are 403 that names it, in every request (oauth2/4) (oauth2/6)', async () => {
    const token = issuer.token({ scope: 'orders:read' })
    for (let i = 0; i < 2; i++) {
      expect((await ask(api.scopes('orders:read'), { bearer: token })).status).toBe(200)
      expect(await ask(api.scopes('orders:read', 'orders:write'), { bearer: token })).toMatchObject({
        status: 403,
        challenge: `Bearer realm="shop", ${metadata}, error="insufficient_scope", scope="orders:read orders:write"`,
      })
    }
  })

  test.each([
    ['two of one kind', 'https://api.test/', 'Bearer a, Bearer b'],
    ['two of several kinds', 'https://api.test/', 'Bearer a, DPoP b'],
    ['a password beside it', 'https://api.test/', 'Basic YTpi, Bearer a'],
    ['one in the query as well', 'https://api.test/?x=1&access_token=b', 'Bearer a'],
    ['one in the query, spelled otherwise', 'https://api.test/?access%5Ftoken=b', 'Bearer a'],
  ])('of more than one way of sending a token are 400: %s (oauth2/5) (oauth2/6)', async (_name, url, authorization) => {
    expect(await ask(api, { url, headers: { authorization } })).toMatchObject({
      status: 400,
      challenge: `Bearer realm="shop", ${metadata}, error="invalid_request"`,
    })
  })

  test('take a token in the query for none (oauth2/5)', async () => {
    const answer = await ask(api, { url: `https://api.test/?access_token=${issuer.token()}` })
    expect(answer).toMatchObject({ status: 401, challenge: `Bearer realm="shop", ${metadata}` })
    expect((await ask(api, { url: 'https://api.test/?token=1&x=%20', bearer: issuer.token() })).status).toBe(200)
  })

  test('over plain HTTP are 403 (oauth2/7)', async () => {
    const app = new Hono().use(api).get('/', (c) => c.text(prize))
    const env = { requestIP: () => ({ address: '192.0.2.1', port: 1 }) }
    const response = await app.request('http://api.test/', bearer(issuer.token()), env)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('insecure_transport')
  })
})

test('the keys of JWTs can be had before the first request, and checked (oauth2/10)', async () => {
  let fetched = 0
  const fetch = async (url: string): Promise<Response> => {
    fetched++
    return issuer.fetch(url)
  }
  const remote = resourceServer({
    resource,
    jwt: { issuer: issuer.issuer, jwks: remoteJwks({ url: issuer.jwksUrl, fetch }) },
  })
  await remote.warmUp()
  expect(fetched).toBe(1)
  expect(await remote.check(new AbortController().signal)).toMatchObject({ status: 'pass', observedValue: 1 })
  expect((await ask(remote, { bearer: issuer.token() })).status).toBe(200)
  expect(fetched).toBe(1)
  const opaque = resourceServer({
    resource,
    introspection: {
      issuer: issuer.issuer,
      clientId: 'api',
      clientAuth: { method: 'client_secret_basic', secret: 'x' },
    },
  })
  await opaque.warmUp()
  expect(await opaque.check(new AbortController().signal)).toMatchObject({ status: 'pass' })
})
