import { jwt } from '@seaworthy/jwt'
import { Hono } from 'hono'
import { importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../../test/support/serve.ts'
import { clientCredentials, tokenExchange, type ClientAuth, type PrivateJwk } from '../client.ts'
import { awkwardSecret, clientKey, jwtResource, opaqueResource, secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { loginOf } from './login-of.test-kit.ts'

let kit: ProviderKit
let api: Running

beforeAll(async () => {
  kit = await startProvider()
  const auth = jwt({
    issuer: kit.issuer,
    audience: jwtResource,
    typ: 'at+jwt',
    scopes: { 'orders:read': 'Reads orders' },
  })
  const app = new Hono().get('/orders', auth.scopes('orders:read'), (c) => {
    const { subject, clientId } = auth.principal(c)
    return c.text(`${subject} by ${clientId}`)
  })
  api = await serve(app.fetch)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await kit.stop()
})

function isPrivateJwk(key: object): key is PrivateJwk {
  return 'kty' in key && 'alg' in key
}

function jwk(): PrivateJwk {
  if (!isPrivateJwk(clientKey)) throw new TypeError('no JWK')
  return clientKey
}

async function cryptoKey(): Promise<CryptoKey> {
  const key = await importJWK(jwk(), 'ES256')
  if (key instanceof Uint8Array) throw new TypeError('no key')
  return key
}

async function call(clientId: string, clientAuth: ClientAuth): Promise<string> {
  const client = clientCredentials({
    issuer: kit.issuer,
    clientId,
    clientAuth,
    scope: 'orders:read',
    resource: jwtResource,
  })
  return (await client.fetch(`${api.url}/orders`)).text()
}

describe('a client shows who it is', () => {
  test('by a secret in the header, percent-encoded by the letter (oauth2/118)', async () => {
    expect(await call('service', { method: 'client_secret_basic', secret })).toBe('service by service')
    const awkward = await call('awkward:50%+', { method: 'client_secret_basic', secret: awkwardSecret })
    expect(awkward).toBe('awkward:50%+ by awkward:50%+')
  })

  test('by a secret in the body (oauth2/118)', async () => {
    expect(await call('service-post', { method: 'client_secret_post', secret })).toBe('service-post by service-post')
  })

  test('by an assertion of its key, a JWK or a CryptoKey (oauth2/119)', async () => {
    expect(await call('service-key', { method: 'private_key_jwt', key: jwk() })).toBe('service-key by service-key')
    const key = await cryptoKey()
    const kid = 'client-key-1'
    expect(await call('service-key', { method: 'private_key_jwt', key, kid })).toBe('service-key by service-key')
    const audience = `${kit.issuer}/token`
    expect(await call('service-key', { method: 'private_key_jwt', key, kid, audience })).toBe(
      'service-key by service-key',
    )
    const wrong = call('service-key', { method: 'private_key_jwt', key, kid, audience: 'https://other.example' })
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_OAUTH2_REFUSED', error: 'invalid_client' })
  })

  test('and is refused when it is not (oauth2/118)', async () => {
    const wrong = call('service', { method: 'client_secret_basic', secret: 'wrong' })
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_OAUTH2_REFUSED', error: 'invalid_client' })
    const raw = call('awkward:50%+', { method: 'client_secret_basic', secret: awkwardSecret, encoding: 'raw' })
    await expect(raw).rejects.toMatchObject({ code: 'ERR_OAUTH2_REFUSED' })
  })
})

describe('on behalf of', () => {
  const exchange = () =>
    tokenExchange({
      issuer: kit.issuer,
      clientId: 'service',
      clientAuth: { method: 'client_secret_basic', secret },
      scope: 'orders:read',
      resource: jwtResource,
    })

  test('who called, a token is exchanged for one that another service takes (oauth2/124)', async () => {
    const service = exchange()
    for (const name of ['ann', 'bob'] as const) {
      const subjectToken = await loginOf(kit, name, { resource: opaqueResource, scope: 'openid orders:read' })
      const response = await service.onBehalfOf(subjectToken).fetch(`${api.url}/orders`)
      expect(await response.text()).toBe(`${name} by service`)
    }
  })

  test('nobody, there is no token (oauth2/124)', async () => {
    const refused = exchange().onBehalfOf('not-a-token').fetch(`${api.url}/orders`)
    await expect(refused).rejects.toMatchObject({ code: 'ERR_OAUTH2_REFUSED', error: 'invalid_grant' })
    expect(() => exchange().onBehalfOf('')).toThrow(expect.objectContaining({ code: 'ERR_OAUTH2_OPTION' }))
  })
})
