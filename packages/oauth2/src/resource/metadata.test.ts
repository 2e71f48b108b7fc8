import { createTestIssuer } from '@seaworthy/jwt/testing'
import { security } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { resourceServer, type ResourceServerOptions } from '../resource.ts'
import { ask, prize } from './ask.test-kit.ts'
import { opaqueIssuer } from './opaque-issuer.test-kit.ts'

const issuer = createTestIssuer()
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }

function service(options: Partial<ResourceServerOptions<'oauth2', unknown, string>> = {}) {
  return resourceServer({ resource: 'https://api.test', jwt, ...options })
}

describe('the address of the metadata', () => {
  test.each([
    ['https://api.test', 'https://api.test/.well-known/oauth-protected-resource'],
    ['https://api.test/', 'https://api.test/.well-known/oauth-protected-resource'],
    ['https://api.test/orders', 'https://api.test/.well-known/oauth-protected-resource/orders'],
    ['https://api.test/orders/v1', 'https://api.test/.well-known/oauth-protected-resource/orders/v1'],
    ['https://api.test:8443/orders', 'https://api.test:8443/.well-known/oauth-protected-resource/orders'],
    ['https://api.test/orders?of=ann', 'https://api.test/.well-known/oauth-protected-resource/orders?of=ann'],
  ])('of %s has the well-known part between host and path (oauth2/6) (oauth2/22)', async (resource, url) => {
    const guard = service({ resource })
    const { challenge } = await ask(guard)
    expect(challenge).toContain(`resource_metadata="${url}"`)
    const answer = await ask([guard.routes, guard], { url })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({ resource })
    for (const other of [`${url}/more`, url.replace('oauth-protected-resource', 'oauth-protected-resourcex')]) {
      expect((await ask([guard.routes, guard], { url: other })).status).toBe(401)
    }
  })

  test('is in the challenge of every refusal that has one (oauth2/6)', async () => {
    const guard = service({ scopes: { a: 'A' }, stepUp: { acr: ['mfa'] } })
    const of = async (given: Parameters<typeof ask>[1], part = guard.scopes('a')) => (await ask(part, given)).challenge
    const strong = issuer.token({ acr: 'mfa' })
    for (const challenge of [
      await of({}),
      await of({ bearer: 'x' }),
      await of({ headers: { authorization: 'Bearer a, Bearer b' } }),
      await of({ bearer: strong }),
      await of({ bearer: issuer.token({ scope: 'a' }) }),
    ]) {
      expect(challenge).toContain('resource_metadata="https://api.test/.well-known/oauth-protected-resource"')
    }
  })
})

describe('the metadata', () => {
  const url = 'https://api.test/.well-known/oauth-protected-resource'

  test('tell what follows from the options (oauth2/23)', async () => {
    const opaque = opaqueIssuer()
    const guard = service({
      scopes: { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' },
      introspection: opaque.options,
      dpop: { algorithms: ['ES256', 'PS256'], required: true },
      mtls: { from: { header: 'client-cert' } },
      metadata: {
        resourceName: 'Orders',
        documentation: 'https://docs.test/',
        policy: 'https://docs.test/policy',
        terms: 'https://docs.test/terms',
        more: { authorization_details_types_supported: ['order'], resource: 'https://evil.test' },
      },
    })
    expect(JSON.parse((await ask(guard.routes, { url })).body)).toEqual({
      resource: 'https://api.test',
      authorization_servers: ['https://issuer.test', 'https://id.test'],
      scopes_supported: ['orders:read', 'orders:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Orders',
      resource_documentation: 'https://docs.test/',
      resource_policy_uri: 'https://docs.test/policy',
      resource_tos_uri: 'https://docs.test/terms',
      authorization_details_types_supported: ['order'],
      tls_client_certificate_bound_access_tokens: true,
      dpop_signing_alg_values_supported: ['ES256', 'PS256'],
      dpop_bound_access_tokens_required: true,
    })
  })

  test('of a plain service are short, and may name other issuers (oauth2/23)', async () => {
    expect(JSON.parse((await ask(service().routes, { url })).body)).toEqual({
      resource: 'https://api.test',
      authorization_servers: ['https://issuer.test'],
      bearer_methods_supported: ['header'],
    })
    const named = service({ metadata: { authorizationServers: ['https://login.test'] } })
    expect(JSON.parse((await ask(named.routes, { url })).body)).toMatchObject({
      authorization_servers: ['https://login.test'],
    })
  })

  test('are for everybody, without a token and from any origin (oauth2/24)', async () => {
    const guard = service()
    const policy = security({ default: guard })
    const app = new Hono().use(guard.routes, policy).get('/', (c) => c.text(prize))
    policy.assertCovered(app)
    const response = await app.request(url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600')
    const head = await app.request(url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const preflight = await app.request(url, { method: 'OPTIONS', headers: { origin: 'https://app.test' } })
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD'])
    const post = await app.request(url, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect((await app.request('/')).status).toBe(401)
  })

  test('may be left out (oauth2/25)', async () => {
    const guard = service({ metadata: false })
    const answer = await ask([guard.routes, guard], { url })
    expect(answer).toMatchObject({ status: 401, challenge: 'Bearer realm="oauth2"' })
  })
})
