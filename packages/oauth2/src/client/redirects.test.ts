import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allowInsecure, clientCredentials } from '../client.ts'
import { startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'

let provider: TokenEndpoint
let service: Service
let other: Service

beforeEach(async () => {
  provider = await startTokenEndpoint()
  service = await startService(({ path }, response) => {
    const to = new URL(path, service.url).searchParams.get('to')
    if (to === null) response.end('arrived')
    else response.writeHead(Number(/\d{3}/.exec(path)?.[0]), { location: to }).end()
  })
  other = await startService()
})
afterEach(() => Promise.all([provider.stop(), service.stop(), other.stop()]))

function client(options: { fetch?: typeof fetch; [allowInsecure]?: boolean } = {}) {
  return clientCredentials({
    issuer: provider.url,
    clientId: 'stock',
    clientAuth: { method: 'client_secret_basic', secret: 'a-secret' },
    ...options,
  })
}

function via(status: number, to: string): string {
  return `${service.url}/${status}?to=${encodeURIComponent(to)}`
}

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('by %s within the origin keeps the token (oauth2/109)', async (status) => {
    const response = await client().fetch(via(status, '/there'))
    expect(await response.text()).toBe('arrived')
    expect([response.redirected, response.url]).toEqual([true, `${service.url}/there`])
    expect(service.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1'])
  })

  test.each([301, 302, 303, 307, 308])('by %s to another origin goes without it (oauth2/109)', async (status) => {
    const response = await client().fetch(via(status, `${other.url}/there`), {
      headers: { cookie: 'a=b', 'x-kept': 'y' },
    })
    expect([response.status, response.redirected, response.url]).toEqual([200, true, `${other.url}/there`])
    const [asked] = other.asked
    expect(asked?.headers['x-kept']).toBe('y')
    for (const name of ['authorization', 'cookie', 'dpop']) expect(asked?.headers[name]).toBeUndefined()
  })

  test('to another host name or scheme of the same server goes without it (oauth2/109)', async () => {
    const byName = service.url.replace('127.0.0.1', 'localhost')
    await client()
      .fetch(via(302, `${byName}/there`))
      .catch(() => undefined)
    for (const asked of service.asked.slice(1)) expect(asked.headers.authorization).toBeUndefined()
  })

  test('that comes back from another origin goes without it (oauth2/109)', async () => {
    other.answer = (_asked, response) => response.writeHead(302, { location: `${service.url}/back` }).end()
    const response = await client().fetch(via(302, `${other.url}/there`))
    expect(await response.text()).toBe('arrived')
    expect(service.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', undefined])
  })

  test('changes the method as fetch does, and sends the body again where that may be (oauth2/109)', async () => {
    for (const status of [303, 307]) await client().fetch(via(status, '/there'), { method: 'POST', body: 'order' })
    expect(service.asked.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'order'],
      ['GET', ''],
      ['POST', 'order'],
      ['POST', 'order'],
    ])
    const request = new Request(via(307, '/there'), { method: 'POST', body: 'once' })
    await expect(client().fetch(request)).rejects.toThrow(TypeError)
    expect(service.asked).toHaveLength(5)
  })

  test('is not followed where the call says so (oauth2/109)', async () => {
    const manual = await client().fetch(via(302, '/there'), { redirect: 'manual' })
    expect([manual.status, manual.headers.get('location')]).toEqual([302, '/there'])
    await expect(client().fetch(via(302, '/there'), { redirect: 'error' })).rejects.toThrow(TypeError)
    await expect(client().fetch(new Request(via(302, '/there'), { redirect: 'error' }))).rejects.toThrow(TypeError)
    expect(service.asked).toHaveLength(3)
  })

  test('without an end ends where fetch ends it (oauth2/109)', async () => {
    service.answer = (_asked, response) => response.writeHead(302, { location: '/again' }).end()
    await expect(client().fetch(service.url)).rejects.toThrow(TypeError)
    expect(service.asked).toHaveLength(21)
  })
})

describe('plain HTTP', () => {
  test('to another machine has no token, but where that is allowed (oauth2/110)', async () => {
    const asked: [string, string | null][] = []
    const record: typeof fetch = Object.assign(
      async (...[input, init]: Parameters<typeof fetch>) => {
        const { origin } = new URL(input instanceof Request ? input.url : input)
        if (origin === provider.url) return fetch(input, init)
        asked.push([origin, new Headers(init?.headers).get('authorization')])
        return new Response('ok')
      },
      { preconnect: () => undefined },
    )
    for (const url of ['http://stock.internal/', 'http://10.0.0.1/', 'http://127.0.0.1.example.com/']) {
      const refused = client({ fetch: record }).fetch(url)
      await expect(refused).rejects.toMatchObject({ code: 'ERR_OAUTH2_INSECURE_TRANSPORT' })
    }
    expect(provider.asked).toEqual([])
    await client({ fetch: record }).fetch('https://stock.internal/')
    await client({ fetch: record, [allowInsecure]: true }).fetch('http://stock.internal/')
    expect(asked).toEqual([
      ['https://stock.internal', 'Bearer token-1'],
      ['http://stock.internal', 'Bearer token-2'],
    ])
  })
})
