import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../../test/support/serve.ts'
import { clientCredentials } from '../client.ts'
import { jwtResource, secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { resourceServer } from '../resource.ts'

let kit: ProviderKit
let api: Running

beforeAll(async () => {
  kit = await startProvider({ dpopNonces: true })
  const guard = resourceServer({
    resource: jwtResource,
    jwt: { issuer: kit.issuer },
    dpop: { required: true, nonce: {} },
    scopes: { 'orders:read': 'Reads orders' },
  })
  const app = new Hono().use(guard.scopes('orders:read'))
  app.all('/orders', async (c) => c.text(`${await c.req.text()} of ${guard.principal(c).subject}`))
  app.all('/moved', (c) => c.redirect('/orders', 307))
  api = await serve(app.fetch)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await kit.stop()
})

/** The service has a public name, and is here. */
const send: typeof fetch = Object.assign(
  (...[input, init]: Parameters<typeof fetch>) => fetch(String(input).replace(jwtResource, api.url), init),
  { preconnect: () => undefined },
)

describe('a real provider, a client and a protected service', () => {
  test('agree on bound tokens and nonces, call after call and at once (oauth2/120) (oauth2/121)', async () => {
    const client = clientCredentials({
      issuer: kit.issuer,
      clientId: 'service-dpop',
      clientAuth: { method: 'client_secret_basic', secret },
      scope: 'orders:read',
      resource: jwtResource,
      dpop: true,
      fetch: send,
    })
    const init = { method: 'POST', body: 'order' }
    for (const path of ['/orders', '/moved', '/orders']) {
      expect(await (await client.fetch(jwtResource + path, init)).text()).toBe('order of service-dpop')
    }
    const many = await Promise.all(Array.from({ length: 20 }, () => client.fetch(`${jwtResource}/orders`, init)))
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]))
    expect(kit.count('POST /token')).toBe(2)
  })

  test('do not take a token without its proof (oauth2/120)', async () => {
    const client = clientCredentials({
      issuer: kit.issuer,
      clientId: 'service',
      clientAuth: { method: 'client_secret_basic', secret },
      scope: 'orders:read',
      resource: jwtResource,
      fetch: send,
    })
    expect((await client.fetch(`${jwtResource}/orders`)).status).toBe(401)
  })
})
