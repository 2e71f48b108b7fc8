import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientCredentials, type ClientCredentialsOptions } from '../client.ts'
import { sendJson, startService } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'
import { until } from './until.test-kit.ts'
import { waitingClock } from './waiting-clock.test-kit.ts'

let provider: TokenEndpoint

beforeEach(async () => {
  provider = await startTokenEndpoint()
})
afterEach(() => provider.stop())

function clientWith(options: Partial<ClientCredentialsOptions> = {}) {
  return clientCredentials({
    issuer: provider.url,
    clientId: 'stock',
    clientAuth: { method: 'client_secret_basic', secret: 'a-secret' },
    random: () => 0,
    ...options,
  })
}

const unavailable = { code: 'ERR_OAUTH2_UNAVAILABLE' }

describe('a provider that fails', () => {
  test.each([500, 502, 503, 504, 429])(
    'with %s is asked again twice, and a call succeeds then (oauth2/113)',
    async (status) => {
      const clock = waitingClock()
      provider.token = (_asked, response) => {
        if (provider.requests.length < 3) response.writeHead(status).end('<html>')
        else provider.give(response)
      }
      expect(await clientWith({ clock }).accessToken()).toBe('token-1')
      expect(clock.waited).toEqual([100, 400])
    },
  )

  test('by closing the connection is asked again twice (oauth2/113)', async () => {
    const clock = waitingClock()
    provider.token = (_asked, response) => {
      if (provider.requests.length < 3) response.destroy()
      else provider.give(response)
    }
    expect(await clientWith({ clock }).accessToken()).toBe('token-1')
  })

  test('for longer is asked ever more rarely (oauth2/114)', async () => {
    const clock = waitingClock()
    const client = clientWith({ clock })
    provider.token = (_asked, response) => response.writeHead(500).end()
    const attempts: number[] = []
    for (let second = 0; second < 240; second++) {
      const before = provider.requests.length
      await expect(client.accessToken()).rejects.toMatchObject(unavailable)
      if (provider.requests.length > before) attempts.push(second)
      clock.advance(1000)
    }
    expect(attempts.length).toBeLessThan(10)
    expect(provider.requests.length).toBe(attempts.length * 3)
    provider.token = (_asked, response) => provider.give(response)
    clock.advance(60_000)
    expect(await client.accessToken()).toBe('token-1')
  })

  test('with Retry-After is left alone for so long, and the error says it (oauth2/114)', async () => {
    const clock = waitingClock()
    const client = clientWith({ clock })
    provider.token = (_asked, response) => response.writeHead(503, { 'retry-after': '30' }).end()
    await expect(client.accessToken()).rejects.toMatchObject({ ...unavailable, retryAfter: 30_000 })
    clock.advance(29_999)
    await expect(client.accessToken()).rejects.toMatchObject({ ...unavailable, retryAfter: 1 })
    expect(provider.requests).toHaveLength(1)
    clock.advance(1)
    await expect(client.accessToken()).rejects.toMatchObject(unavailable)
    expect(provider.requests).toHaveLength(2)
  })

  test('does not matter while there is a token that is valid (oauth2/115)', async () => {
    const clock = waitingClock()
    const client = clientWith({ clock })
    await client.accessToken()
    const requests = provider.requests.length
    provider.token = (_asked, response) => response.writeHead(500).end()
    clock.advance(3_600_000 - 60_000)
    expect(await client.accessToken()).toBe('token-1')
    await until(() => provider.requests.length > requests)
    for (let second = 0; second < 49; second++) {
      expect(await client.accessToken()).toBe('token-1')
      clock.advance(1000)
    }
    clock.advance(60_000)
    await expect(client.accessToken()).rejects.toMatchObject(unavailable)
  })

  test('for the metadata alone is not asked for a token, and serves on from what it said (oauth2/115)', async () => {
    const clock = waitingClock()
    const working = provider.answer
    const client = clientWith({ clock })
    provider.answer = (_asked, response) => response.writeHead(500).end()
    await expect(client.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
    const asked = provider.asked.length
    await expect(client.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
    expect(provider.asked).toHaveLength(asked)
    provider.answer = working
    clock.advance(2000)
    expect(await client.accessToken()).toBe('token-1')
    provider.answer = (each, response) => {
      if (each.path.includes('well-known')) response.writeHead(500).end()
      else working(each, response)
    }
    clock.advance(7_200_000)
    expect(await client.accessToken()).toBe('token-2')
    clock.advance(86_400_000)
    await expect(client.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
  })

  test('that refuses is not asked again at once (oauth2/114)', async () => {
    const clock = waitingClock()
    const client = clientWith({ clock })
    provider.token = (_asked, response) => sendJson(response, { error: 'invalid_client' }, 401)
    for (let i = 0; i < 10; i++) {
      await expect(client.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_REFUSED', error: 'invalid_client' })
    }
    expect(provider.requests).toHaveLength(1)
  })
})

describe('a hostile provider', () => {
  test.each<[string, (response: import('node:http').ServerResponse) => void]>([
    ['is silent', () => undefined],
    [
      'drips',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const timer = setInterval(() => response.write(' '), 10)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('that %s is left in time (oauth2/116)', async (_what, answer) => {
    provider.token = (_asked, response) => answer(response)
    const began = performance.now()
    await expect(clientWith({ timeout: '700ms' }).accessToken()).rejects.toMatchObject(unavailable)
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(provider.requests).toHaveLength(1)
  })

  test.each([
    ['told', { 'content-length': String(50 * 2 ** 20) }],
    ['untold', {}],
  ])('that answers with 50 MB, %s, is not read (oauth2/116)', async (_what, headers) => {
    let sent = 0
    provider.token = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      const chunk = Buffer.alloc(2 ** 16, ' ')
      function more(): void {
        while (sent < 50 * 2 ** 20 && !response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', more)
        }
      }
      more()
    }
    await expect(clientWith().accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_RESPONSE' })
    expect(sent).toBeLessThan(25 * 2 ** 20)
  })

  test('that redirects is not followed, and the secret stays (oauth2/116)', async () => {
    const thief = await startService()
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        provider.token = (_asked, response) => response.writeHead(status, { location: `${thief.url}/token` }).end()
        await expect(clientWith().accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_RESPONSE' })
      }
      expect(thief.asked).toEqual([])
    } finally {
      await thief.stop()
    }
  })

  test.each<[string, unknown]>([
    ['no JSON', '<html>'],
    ['null', null],
    ['a list', []],
    ['no token', { token_type: 'Bearer' }],
    ['an empty token', { access_token: '', token_type: 'Bearer' }],
    ['a number', { access_token: 1, token_type: 'Bearer' }],
    ['a token with a line break', { access_token: 'a\r\nx-evil: 1', token_type: 'Bearer' }],
    ['a token that is not ASCII', { access_token: 'ü', token_type: 'Bearer' }],
    ['no type', { access_token: 'a' }],
    ['another type', { access_token: 'a', token_type: 'mac' }],
    ['a bound token that nobody asked for', { access_token: 'a', token_type: 'DPoP' }],
    ['a negative life', { access_token: 'a', token_type: 'Bearer', expires_in: -1 }],
    ['a life that is no number', { access_token: 'a', token_type: 'Bearer', expires_in: {} }],
  ])('that answers with %s gives nothing that is used (oauth2/116)', async (_what, body) => {
    provider.token = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    await expect(clientWith().accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_RESPONSE' })
  })

  test.each<[string, Record<string, unknown>]>([
    ['is another', { issuer: 'https://attacker.example' }],
    ['has no token_endpoint', { token_endpoint: undefined }],
    ['has a token_endpoint in the clear', { token_endpoint: 'http://id.example/token' }],
    ['has a token_endpoint that is no address', { token_endpoint: '/token' }],
    ['has a token_endpoint that is no text', { token_endpoint: 7 }],
    ['has a token_endpoint that is a file', { token_endpoint: 'file:///etc/passwd' }],
  ])('whose metadata %s gets no secret (oauth2/117)', async (_what, metadata) => {
    provider.metadata = metadata
    const attempt = clientWith().accessToken()
    await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OAUTH2_(DISCOVERY|RESPONSE)$/) })
    expect(provider.requests).toEqual([])
  })

  test('elsewhere cannot have this machine asked (oauth2/117)', async () => {
    const asked: string[] = []
    const record: typeof fetch = Object.assign(
      async (...[input]: Parameters<typeof fetch>) => {
        asked.push(String(input))
        return Response.json({ issuer: 'https://id.example', token_endpoint: `${provider.url}/token` })
      },
      { preconnect: () => undefined },
    )
    const client = clientWith({ issuer: 'https://id.example', fetch: record })
    await expect(client.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
    expect(asked).toEqual(['https://id.example/.well-known/openid-configuration'])
  })
})
