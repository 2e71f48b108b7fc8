import { config } from '@seaworthy/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startProvider, type Provider } from '../testing/provider.ts'
import { prefix, spec } from './config.ts'
import { serviceToken, withToken, type ServiceToken } from './service-token.ts'

const secret = 'the secret of orders'
let provider: Provider
let now = 0
beforeEach(async () => {
  provider = await startProvider({ id: 'orders', secret })
  now = 1_000_000
})
afterEach(() => provider[Symbol.asyncDispose]())

function start(given = secret, send = fetch): Promise<ServiceToken> {
  const env = { OIDC_ISSUER: provider.issuer.issuer, ORDERS_OIDC_CLIENT_SECRET: given }
  return serviceToken(config(spec, { prefix, env, files: [] }), send, () => now)
}

const asked = (): number => provider.asked.get('/token') ?? 0

test('is asked for once by many, and kept', async () => {
  const token = await start()
  const all = await Promise.all(Array.from({ length: 20 }, () => token()))
  expect([new Set(all).size, asked()]).toEqual([1, 1])
  now += 239_000
  expect([await token(), asked()]).toEqual([all[0], 1])
})

test('is renewed before it ends, and nobody waits for that', async () => {
  const token = await start()
  const first = await token()
  now += 241_000
  expect(await token()).toBe(first)
  while (provider.given.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  now += 10_000
  const [, second] = provider.given
  expect(second).not.toBe(first)
  while ((await token()) !== second) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(asked()).toBe(2)
})

test('serves on while the provider is gone, which is asked now and then, and not beyond its end', async () => {
  const token = await start()
  const first = await token()
  provider.isDown = true
  const metadata = (): number => provider.asked.get('/.well-known/openid-configuration') ?? 0
  const before = metadata()
  for (let i = 0; i < 40; i++) {
    now = 1_000_000 + 241_000 + i * 1_000
    expect(await token()).toBe(first)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  expect(metadata() - before).toBeLessThanOrEqual(10)
  now += 60_000
  await expect(token()).rejects.toThrow()
  provider.isDown = false
  expect(await token()).toBe(provider.given[1])
})

test('is renewed once when it is refused', async () => {
  const seen: (string | null)[] = []
  const refusing: typeof fetch = Object.assign(
    async (_input: unknown, init?: RequestInit) => {
      seen.push(new Headers(init?.headers).get('authorization'))
      return new Response(null, { status: seen.length === 1 ? 401 : 204 })
    },
    { preconnect: () => undefined },
  )
  const send = withToken(await start(), refusing)
  expect((await send('http://inventory.test/')).status).toBe(204)
  expect(seen).toEqual(provider.given.map((given) => `Bearer ${given}`))
  expect(seen).toHaveLength(2)
})

test('is not asked for with a wrong secret, nor of an endpoint that another issuer names', async () => {
  const wrong = await start('another secret')
  await expect(wrong()).rejects.toThrow('The provider answered with 401.')
  const sent: string[] = []
  const elsewhere: typeof fetch = Object.assign(
    async (input: Parameters<typeof fetch>[0]) => {
      sent.push(String(input))
      return Response.json({ issuer: 'https://evil.test', token_endpoint: 'https://evil.test/token' })
    },
    { preconnect: () => undefined },
  )
  const misled = await start(secret, elsewhere)
  await expect(misled()).rejects.toThrow('not those of OIDC_ISSUER')
  expect(sent).toEqual([`${provider.issuer.issuer}/.well-known/openid-configuration`])
})
