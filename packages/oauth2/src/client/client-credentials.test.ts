import { createTestClock } from '@seaworthy/middleware/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientCredentials, type ClientCredentialsOptions } from '../client.ts'
import { startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'
import { until } from './until.test-kit.ts'

let provider: TokenEndpoint
let service: Service

beforeEach(async () => {
  provider = await startTokenEndpoint()
  service = await startService()
})
afterEach(() => Promise.all([provider.stop(), service.stop()]))

function clientWith(options: Partial<ClientCredentialsOptions> = {}) {
  return clientCredentials({
    issuer: provider.url,
    clientId: 'stock',
    clientAuth: { method: 'client_secret_basic', secret: 'a-secret' },
    random: () => 0,
    ...options,
  })
}

/** A fetch that counts the requests for tokens as they are made. */
function countingFetch(): { readonly fetch: typeof fetch; tokens: number } {
  const counting = {
    tokens: 0,
    fetch: withMembers(async (input, init) => {
      if (String(input).endsWith('/token')) counting.tokens++
      return fetch(input, init)
    }),
  }
  return counting
}

function withMembers(send: (...call: Parameters<typeof fetch>) => Promise<Response>): typeof fetch {
  return Object.assign(send, { preconnect: () => undefined })
}

/** What is begun in the background is sent before a timer runs. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

/** The tokens that the service saw. */
function seen(): (string | undefined)[] {
  return service.asked.map(({ headers }) => headers.authorization)
}

describe('a token', () => {
  test('is requested by the first call, and kept (oauth2/101)', async () => {
    const client = clientWith({ scope: ['orders:read', 'orders:write'], resource: 'https://api.test' })
    expect(provider.asked).toEqual([])
    for (let i = 0; i < 3; i++) expect((await client.fetch(service.url)).status).toBe(200)
    expect(seen()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1'])
    expect(provider.requests.map(String)).toEqual([
      'scope=orders%3Aread+orders%3Awrite&resource=https%3A%2F%2Fapi.test&grant_type=client_credentials',
    ])
    expect(await client.accessToken()).toBe('token-1')
  })

  test('is one request for all who need it at once (oauth2/102)', async () => {
    const client = clientWith()
    await Promise.all(Array.from({ length: 100 }, () => client.fetch(service.url)))
    expect(provider.given).toBe(1)
    expect(new Set(seen())).toEqual(new Set(['Bearer token-1']))
  })

  test('is not shared with another client, scope, resource or parameter (oauth2/102)', async () => {
    const clients = [
      clientWith(),
      clientWith({ clientId: 'other' }),
      clientWith({ scope: 'orders:read' }),
      clientWith({ resource: 'https://api.test' }),
      clientWith({ parameters: { audience: 'orders' } }),
    ]
    const tokens = await Promise.all(clients.map((each) => each.accessToken()))
    expect(new Set(tokens).size).toBe(clients.length)
  })

  test('is replaced in the background before it ends, and nobody waits (oauth2/103)', async () => {
    const clock = createTestClock(1_000_000)
    const sent = countingFetch()
    const client = clientWith({ clock, fetch: sent.fetch })
    expect(await client.accessToken()).toBe('token-1')
    clock.advance('58m59s')
    expect(await client.accessToken()).toBe('token-1')
    await aMoment()
    expect(sent.tokens).toBe(1)
    clock.advance('1s')
    let release = (): void => undefined
    provider.token = (_asked, response) => {
      release = () => provider.give(response)
    }
    expect(await client.accessToken()).toBe('token-1')
    await until(() => provider.requests.length === 2)
    expect(await client.accessToken()).toBe('token-1')
    release()
    await until(async () => (await client.accessToken()) === 'token-2')
    expect(provider.requests).toHaveLength(2)
  })

  test.each([
    [0, 60_000],
    [0.5, 45_000],
    [1, 30_000],
  ])(
    'of instances that began together is replaced at different times: chance %s (oauth2/103)',
    async (chance, ahead) => {
      const clock = createTestClock(1_000_000)
      const sent = countingFetch()
      const client = clientWith({ clock, random: () => chance, fetch: sent.fetch })
      await client.accessToken()
      clock.advance(3_600_000 - ahead - 1)
      await client.accessToken()
      await aMoment()
      expect(sent.tokens).toBe(1)
      clock.advance(1)
      await client.accessToken()
      await aMoment()
      expect(sent.tokens).toBe(2)
    },
  )

  test('is not used when it is about to end (oauth2/104)', async () => {
    const clock = createTestClock(1_000_000)
    const client = clientWith({ clock, refreshAhead: 0 })
    await client.accessToken()
    clock.advance(3_600_000 - 10_001)
    expect(await client.accessToken()).toBe('token-1')
    clock.advance(1)
    expect(await client.accessToken()).toBe('token-2')
  })

  test.each([
    ['nothing', undefined, 290_000],
    ['ten seconds', 10, 9_000],
    ['a year', 31_536_000, 86_390_000],
    ['a text', '60', 54_000],
  ])('whose life is %s is used for no longer (oauth2/104)', async (_what, expiresIn, usable) => {
    const clock = createTestClock(1_000_000)
    provider.token = (_asked, response) => provider.give(response, { expires_in: expiresIn })
    const client = clientWith({ clock, refreshAhead: 0 })
    await client.accessToken()
    clock.advance(usable - 1)
    expect(await client.accessToken()).toBe('token-1')
    clock.advance(1)
    expect(await client.accessToken()).toBe('token-2')
  })
})

describe('a call', () => {
  test('is sent once more with another token when the first was refused (oauth2/105)', async () => {
    service.answer = ({ headers }, response) => {
      response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end('body')
    }
    const client = clientWith()
    const response = await client.fetch(service.url, { method: 'POST', body: 'order', headers: { 'x-kept': 'yes' } })
    expect(response.status).toBe(200)
    expect(seen()).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(service.asked.map(({ body, headers }) => [body, headers['x-kept']])).toEqual([
      ['order', 'yes'],
      ['order', 'yes'],
    ])
  })

  test('that is refused again is answered as it was, and costs one token in ten seconds (oauth2/105)', async () => {
    const clock = createTestClock(1_000_000)
    service.answer = (_asked, response) => response.writeHead(401).end('no')
    const client = clientWith({ clock })
    const response = await client.fetch(service.url)
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    for (let i = 0; i < 20; i++) expect((await client.fetch(service.url)).status).toBe(401)
    expect(provider.given).toBe(2)
    expect(service.asked).toHaveLength(22)
    clock.advance('10s')
    await client.fetch(service.url)
    expect(provider.given).toBe(3)
  })

  test('among many that are refused at once shares the new token (oauth2/105)', async () => {
    service.answer = ({ headers }, response) => {
      response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end()
    }
    const client = clientWith()
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.fetch(service.url)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(provider.given).toBe(2)
  })

  test('that was refused is answered with the refusal while there is no other token (oauth2/105)', async () => {
    service.answer = (_asked, response) => response.writeHead(401).end('no')
    const client = clientWith()
    await client.accessToken()
    provider.token = (_asked, response) => response.writeHead(503).end()
    expect(await (await client.fetch(service.url)).text()).toBe('no')
  })

  test('whose body is a stream is not sent twice (oauth2/106)', async () => {
    service.answer = (_asked, response) => response.writeHead(401).end()
    const client = clientWith()
    const stream = (): ReadableStream => new Blob(['once']).stream()
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: stream(), duplex: 'half' }
    expect((await client.fetch(service.url, init)).status).toBe(401)
    const request = new Request(service.url, { method: 'POST', body: 'once' })
    expect((await client.fetch(request)).status).toBe(401)
    expect(service.asked.map(({ body }) => body)).toEqual(['once', 'once'])
  })

  test('whose body is a stream has the next one sent with another token (oauth2/106)', async () => {
    service.answer = ({ headers }, response) => {
      response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end()
    }
    const client = clientWith()
    const send = async (): Promise<number> =>
      (await client.fetch(new Request(service.url, { method: 'POST', body: 'once' }))).status
    expect(await send()).toBe(401)
    await until(() => provider.given === 2)
    await until(async () => (await client.accessToken()) === 'token-2')
    expect(await send()).toBe(200)
  })

  test('takes what fetch takes, and its own authorization gives way (oauth2/107)', async () => {
    const client = clientWith()
    const headers = { authorization: 'Basic x', dpop: 'y', 'x-kept': 'yes' }
    await client.fetch(new URL('/a', service.url), { headers })
    await client.fetch(new Request(`${service.url}/b`, { method: 'PUT', body: 'text', headers }))
    await client.fetch(new Request(`${service.url}/c`, { headers }), { method: 'DELETE' })
    expect(service.asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['GET', '/a', ''],
      ['PUT', '/b', 'text'],
      ['DELETE', '/c', ''],
    ])
    for (const asked of service.asked) {
      expect(asked.headers.authorization).toBe('Bearer token-1')
      expect(asked.headers['dpop']).toBeUndefined()
      expect(asked.headers['x-kept']).toBe('yes')
    }
    await expect(client.fetch('nowhere')).rejects.toThrow(TypeError)
  })

  test('goes through the fetch of the option, as does the request for the token (oauth2/107)', async () => {
    const sent: string[] = []
    const traced = withMembers(async (input, init) => {
      sent.push(new URL(input instanceof Request ? input.url : input).pathname)
      return fetch(input, init)
    })
    await clientWith({ fetch: traced }).fetch(`${service.url}/orders`)
    expect(sent).toEqual(['/.well-known/openid-configuration', '/token', '/orders'])
  })

  test('that is aborted leaves the request for the token to the others (oauth2/108)', async () => {
    let release = (): void => undefined
    provider.token = (_asked, response) => {
      release = () => provider.give(response)
    }
    const client = clientWith()
    const controller = new AbortController()
    const left = client.fetch(service.url, { signal: controller.signal })
    const stays = client.fetch(service.url)
    await until(() => provider.requests.length === 1)
    controller.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    release()
    expect((await stays).status).toBe(200)
    expect(service.asked).toHaveLength(1)
    await expect(client.fetch(service.url, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    )
  })

  test('that is aborted when it was refused does not wait for another token (oauth2/108)', async () => {
    const controller = new AbortController()
    const client = clientWith({
      fetch: withMembers(async (input, init) => {
        const response = await fetch(input, init)
        if (response.status === 401) controller.abort(new Error('gone'))
        return response
      }),
    })
    await client.accessToken()
    provider.token = () => undefined
    service.answer = (_asked, response) => response.writeHead(401).end()
    const began = performance.now()
    await expect(client.fetch(service.url, { signal: controller.signal })).rejects.toThrow('gone')
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})
