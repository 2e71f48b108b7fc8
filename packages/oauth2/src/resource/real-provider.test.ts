import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jwtResource, opaqueResource, redirectUri, secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { resourceServer } from '../resource.ts'

let kit: ProviderKit

beforeAll(async () => {
  kit = await startProvider()
})
afterAll(() => kit.stop())

/** Both kinds of tokens of the provider, with proofs or without. */
function service(resource: string) {
  return resourceServer({
    resource,
    jwt: { issuer: kit.issuer },
    introspection: { clientId: 'api', clientAuth: { method: 'client_secret_basic', secret }, ttl: 0 },
    scopes: { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' },
    dpop: { nonce: true },
  })
}

async function grant(
  client: string,
  parameters: Record<string, string>,
  headers = {},
): Promise<Record<string, string>> {
  const response = await fetch(`${kit.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client}:${secret}`)}`, ...headers },
    body: new URLSearchParams(parameters),
  })
  // The provider of the tests answers with texts and numbers.
  return (await response.json()) as Record<string, string>
}

describe('tokens of a real provider', () => {
  test.each([
    ['JWTs', jwtResource],
    ['opaque ones', opaqueResource],
  ])('let a client in: %s (oauth2/52)', async (_name, resource) => {
    const guard = service(resource)
    const app = new Hono().get('/', guard.scopes('orders:read'), (c) => c.text(guard.principal(c).subject))
    const given = await grant('service', { grant_type: 'client_credentials', resource, scope: 'orders:read' })
    const get = async (token = ''): Promise<Response> =>
      app.request(`${resource}/`, { headers: { authorization: `Bearer ${token}` } })
    const response = await get(given['access_token'])
    expect([response.status, await response.text()]).toEqual([200, 'service'])
    const weak = await grant('service', { grant_type: 'client_credentials', resource, scope: 'orders:write' })
    expect((await get(weak['access_token'])).status).toBe(403)
    const elsewhere = resource === jwtResource ? opaqueResource : jwtResource
    const other = await grant('service', {
      grant_type: 'client_credentials',
      resource: elsewhere,
      scope: 'orders:read',
    })
    expect((await get(other['access_token'])).status).toBe(401)
    expect((await get('made-up')).status).toBe(401)
  })

  test('of a user let them in, until they are revoked; refresh tokens do not (oauth2/52)', async () => {
    const verifier = 'v'.repeat(43)
    const { url } = await kit.user('ann').visit(
      `${kit.issuer}/auth?${new URLSearchParams({
        client_id: 'web',
        response_type: 'code',
        redirect_uri: redirectUri,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        prompt: 'consent',
        scope: 'openid offline_access orders:read',
        resource: opaqueResource,
      })}`,
    )
    const code = url.searchParams.get('code') ?? ''
    const parameters = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    const given = await grant('web', parameters)
    const guard = service(opaqueResource)
    const app = new Hono().get('/', guard, (c) => c.json(guard.principal(c)))
    const get = async (token = ''): Promise<Response> =>
      app.request('/', { headers: { authorization: `Bearer ${token}` } })
    expect(await (await get(given['access_token'])).json()).toMatchObject({
      subject: 'ann',
      issuer: kit.issuer,
      clientId: 'web',
      scopes: ['orders:read'],
    })
    expect((await get(given['refresh_token'])).status).toBe(401)
    await fetch(`${kit.issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`web:${secret}`)}` },
      body: new URLSearchParams({ token: given['access_token'] ?? '' }),
    })
    expect((await get(given['access_token'])).status).toBe(401)
  })

  test.each([
    ['JWTs', jwtResource],
    ['opaque ones', opaqueResource],
  ])('that are bound to a key let in its holder, who finds the nonce: %s (oauth2/52)', async (_name, resource) => {
    const server: oauth.AuthorizationServer = { issuer: kit.issuer, token_endpoint: `${kit.issuer}/token` }
    const client: oauth.Client = { client_id: 'service-dpop' }
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const parameters = new URLSearchParams({ resource, scope: 'orders:read' })
    const auth = oauth.ClientSecretBasic(secret)
    const options = { DPoP, [oauth.allowInsecureRequests]: true }
    const answer = await oauth.clientCredentialsGrantRequest(server, client, auth, parameters, options)
    const { access_token: token, token_type: type } = await oauth.processClientCredentialsResponse(
      server,
      client,
      answer,
    )
    expect(type).toBe('dpop')

    const guard = service(resource)
    const app = new Hono().get('/orders', guard.scopes('orders:read'), (c) => c.text(guard.principal(c).subject))
    const ask = (): Promise<Response> =>
      oauth.protectedResourceRequest(token, 'GET', new URL(`${resource}/orders?page=2`), undefined, undefined, {
        DPoP,
        [oauth.customFetch]: async (input, { body: _none, ...init }) => app.request(input, init),
      })
    await expect(ask()).rejects.toMatchObject({
      cause: [{ parameters: {} }, { parameters: { error: 'use_dpop_nonce' } }],
    })
    for (let i = 0; i < 2; i++) expect(await (await ask()).text()).toBe('service-dpop')
    const stolen = await app.request(`${resource}/orders`, { headers: { authorization: `Bearer ${token}` } })
    expect(stolen.status).toBe(401)
  })
})
