import { generateKeyPair, exportJWK } from 'jose'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  clientCredentials,
  deviceLogin,
  tokenExchange,
  type ClientAuth,
  type ClientCredentialsOptions,
  type PrivateJwk,
} from '../client.ts'
import { sendJson, startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'
import { waitingClock } from './waiting-clock.test-kit.ts'

const secret = 'canary-secret'
const subject = 'canary-subject-token'
const issued = 'canary-access-token'
const refresh = 'canary-refresh-token'

let provider: TokenEndpoint
let service: Service
const written: unknown[] = []
const spies: { mockRestore(): void }[] = []

beforeEach(async () => {
  provider = await startTokenEndpoint()
  service = await startService()
  written.length = 0
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    spies.push(vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void written.push(...words)))
  }
})
afterEach(async () => {
  for (const spy of spies.splice(0)) spy.mockRestore()
  await Promise.all([provider.stop(), service.stop()])
})

const auth: ClientAuth = { method: 'client_secret_post', secret }

function options(timeout: '5s' | '500ms' = '5s'): ClientCredentialsOptions {
  return { issuer: provider.url, clientId: 'stock', clientAuth: auth, clock: waitingClock(), timeout }
}

/** All that can be seen of something, however one looks. */
function everything(...values: unknown[]): string {
  return values
    .map((value) => {
      const json = JSON.stringify(value, (_key, each: unknown) => (typeof each === 'function' ? String(each) : each))
      const stack = value instanceof Error ? String(value.stack) : ''
      return inspect(value, { depth: Infinity, showHidden: true, getters: true }) + json + stack + String(value)
    })
    .join('\n')
}

function expectNoCanary(...values: unknown[]): void {
  expect(everything({ secret })).toContain('canary')
  expect(everything(...values, ...written)).not.toContain('canary')
}

describe('nothing secret', () => {
  test('is on what was made, before and after it was used (oauth2/131)', async () => {
    const token = {
      access_token: issued,
      refresh_token: refresh,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    }
    provider.token = (_asked, response) => {
      if (provider.requests.length === 0) throw new Error('nothing was asked')
      provider.give(response, token)
    }
    const plain = clientCredentials(options())
    const exchange = tokenExchange(options())
    const onBehalf = exchange.onBehalfOf(subject)
    const device = deviceLogin(options())
    const resumed = device.resume(refresh)
    for (const client of [plain, onBehalf, resumed]) {
      expectNoCanary(client)
      await client.fetch(service.url)
      expect(service.asked.at(-1)?.headers.authorization).toBe(`Bearer ${issued}`)
    }
    expectNoCanary(plain, exchange, onBehalf, device, resumed)
  })

  test.each<[string, (response: import('node:http').ServerResponse) => void]>([
    [
      'refuses and repeats what was sent',
      (response) =>
        sendJson(response, { error: 'invalid_client', error_description: secret, error_uri: issued }, 401, {
          'www-authenticate': `Basic realm="${secret}"`,
        }),
    ],
    ['has the secret for an error', (response) => sendJson(response, { error: secret }, 400)],
    [
      'gives a token with a line break',
      (response) => sendJson(response, { access_token: `${issued}\n`, token_type: 'Bearer' }),
    ],
    [
      'gives a token without a type',
      (response) => sendJson(response, { access_token: issued, refresh_token: refresh }),
    ],
    ['gives a token of another type', (response) => sendJson(response, { access_token: issued, token_type: issued })],
    ['answers with text', (response) => response.end(`${secret} ${issued}`)],
    ['fails with text', (response) => response.writeHead(500, { 'x-echo': secret }).end(secret)],
    [
      'redirects with it',
      (response) => response.writeHead(302, { location: `https://attacker.example/?${secret}` }).end(),
    ],
    ['closes the connection', (response) => response.destroy()],
    ['is silent', () => undefined],
    [
      'gives an ID token that is none',
      (response) => sendJson(response, { access_token: issued, token_type: 'Bearer', id_token: secret }),
    ],
  ])('is in what is thrown when the provider %s (oauth2/131)', async (_what, answer) => {
    provider.token = (_asked, response) => answer(response)
    const attempts = [
      clientCredentials(options('500ms')).accessToken(),
      clientCredentials({ ...options('500ms'), dpop: true }).accessToken(),
      tokenExchange(options('500ms')).onBehalfOf(subject).accessToken(),
      deviceLogin(options('500ms')).resume(refresh).accessToken(),
      deviceLogin(options('500ms')).login({ prompt: () => undefined }),
    ]
    for (const outcome of await Promise.allSettled(attempts)) {
      const error: unknown = outcome.status === 'rejected' ? outcome.reason : 'no error'
      expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_OAUTH2_/) })
      expectNoCanary(error)
    }
  })

  test('is in what is thrown when the service cannot be reached (oauth2/131)', async () => {
    provider.token = (_asked, response) => provider.give(response, { access_token: issued })
    service.answer = (_asked, response) => response.destroy()
    const error = await clientCredentials(options())
      .fetch(service.url)
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expectNoCanary(error)
  })
})

describe('options that cannot be kept', () => {
  test.each<[string, Partial<ClientCredentialsOptions>]>([
    ['no issuer', { issuer: '' }],
    ['an issuer in the clear', { issuer: 'http://id.example' }],
    ['an issuer with a query', { issuer: 'https://id.example/?tenant=a' }],
    ['an empty client id', { clientId: '' }],
    ['an empty secret', { clientAuth: { method: 'client_secret_basic', secret: '' } }],
    ['a scope with a quote', { scope: 'a"b' }],
    ['a scope with a line break', { scope: ['a\nb'] }],
    ['a resource that is no address', { resource: 'orders' }],
    ['a resource with a fragment', { resource: 'https://api.test/#a' }],
    ['a parameter that has its own option', { parameters: { client_secret: secret } }],
    ['no time', { timeout: 0 }],
    ['no bytes', { maxBytes: 0 }],
    ['mutual TLS without a fetch', { clientAuth: { method: 'tls_client_auth' } }],
  ])('are refused when the client is made: %s (oauth2/132)', (_what, given) => {
    const make = (): unknown => clientCredentials({ ...options(), ...given })
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OAUTH2_OPTION' }))
    try {
      make()
    } catch (error) {
      expectNoCanary(error)
    }
  })

  test('are refused when the client is made: keys that cannot sign (oauth2/132)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const { d: _, kty = '', ...jwk } = await exportJWK(privateKey)
    const bad: (CryptoKey | PrivateJwk)[] = [
      publicKey,
      { ...jwk, kty, alg: 'ES256' },
      { ...jwk, kty, d: 'canary', alg: 'none' },
      { ...jwk, kty, d: 'canary', alg: 'HS256' },
    ]
    for (const key of bad) {
      const make = (): unknown => clientCredentials({ ...options(), clientAuth: { method: 'private_key_jwt', key } })
      expect(make).toThrow(expect.objectContaining({ code: 'ERR_OAUTH2_OPTION' }))
      expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }))
    }
    const key = { ...jwk, kty, d: 'canary', alg: 'ES256' }
    const late = clientCredentials({ ...options(), clientAuth: { method: 'private_key_jwt', key } }).accessToken()
    const error = await late.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_OAUTH2_OPTION' })
    expectNoCanary(error)
  })

  test('are refused when the client is made: a method that is unknown (oauth2/132)', () => {
    // What a caller without types may write.
    const clientAuth = JSON.parse('{"method":"client_secret_jwt","secret":"canary"}')
    const make = (): unknown => clientCredentials({ ...options(), clientAuth })
    expect(make).toThrow(/client_secret_basic/)
  })
})
