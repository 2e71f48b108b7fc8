import { handler, trustProxy, stack } from '@seaworthy/middleware'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { serve, type Running } from '../../../test/support/serve.ts'
import { allowInsecure, any, authenticator, challenge, createPrincipal, headerCredentials } from './index.ts'
import { keyed, prize, token } from './schemes.test-kit.ts'

const auth = token()
const answer = (): Response => new Response(prize)

const lenient = authenticator({
  name: 'lenient',
  [allowInsecure]: true,
  extract: (x) => headerCredentials(x, 'x-lenient'),
  authenticate: (subject: string) => ({ principal: createPrincipal({ scheme: 'lenient', subject, claims: null }) }),
  challenge: () => challenge('Lenient'),
  openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-lenient' }),
})

const warnings: string[] = []
const servers: Record<'plain' | 'proxied' | 'either', Running | undefined> = {
  plain: undefined,
  proxied: undefined,
  either: undefined,
}

beforeAll(async () => {
  servers.plain = await serve(handler(auth, answer))
  servers.proxied = await serve(handler(stack(trustProxy('loopback'), auth), answer))
  servers.either = await serve(handler(any(auth, lenient), answer))
})

afterAll(async () => {
  for (const server of Object.values(servers)) await server?.[Symbol.asyncDispose]()
})

const warn = console.warn
beforeEach(() => {
  warnings.length = 0
  console.warn = vi.fn((text: string) => void warnings.push(text))
})
afterEach(() => {
  console.warn = warn
})

async function request(
  server: keyof typeof servers,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const response = await fetch(servers[server]?.url ?? '', { headers })
  return { status: response.status, body: await response.text() }
}

const credentials = { authorization: 'Token ann' }

describe('over plain HTTP', () => {
  test('a request within this machine may carry credentials (security/30)', async () => {
    expect((await request('plain', credentials)).body).toBe(prize)
    expect((await request('plain', {})).status).toBe(401)
  })

  test.each([
    { 'x-forwarded-for': '203.0.113.7' },
    { 'x-forwarded-proto': 'https' },
    { forwarded: 'for=203.0.113.7;proto=https' },
    { via: '1.1 proxy' },
    { 'x-real-ip': '203.0.113.7' },
  ])(
    'one that was forwarded may not, although a proxy beside the service is loopback: %j (security/30)',
    async (forwarding) => {
      const refused = await request('plain', { ...credentials, ...forwarding })
      expect(refused.status).toBe(403)
      expect(JSON.parse(refused.body).code).toBe('insecure_transport')
    },
  )

  test('one without credentials is not asked for them either (security/30)', async () => {
    expect((await request('plain', { 'x-forwarded-for': '203.0.113.7' })).status).toBe(403)
  })

  test('a proxy that is trusted tells what the client used (security/30)', async () => {
    const through = (proto: string) => ({
      ...credentials,
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': proto,
    })
    expect((await request('proxied', through('https'))).body).toBe(prize)
    expect((await request('proxied', through('http'))).status).toBe(403)
  })

  test('a scheme may allow it, for itself alone (security/31)', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7' }
    expect((await request('either', { ...forwarded, 'x-lenient': 'ann' })).body).toBe(prize)
    expect((await request('either', { ...forwarded, ...credentials })).status).toBe(403)
    expect((await request('either', { ...forwarded, ...credentials, 'x-lenient': 'ann' })).status).toBe(403)
    expect((await request('either', forwarded)).status).toBe(401)
  })

  test('one line says so, and how to mend it, without any credential (security/31)', async () => {
    const once = keyed('onceOnly')
    const url = 'http://shop.example/'
    const fetch = handler(once, answer)
    for (let i = 0; i < 3; i++) {
      expect((await fetch(new Request(url, { headers: { 'x-onceOnly': 'canary' } }))).status).toBe(403)
    }
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/onceOnly.*trustProxy\(\).*\[allowInsecure\]/)
    expect(warnings[0]).not.toContain('canary')
  })
})

describe('a request that came over no socket', () => {
  const environment = process.env['NODE_ENV']
  afterEach(() => {
    process.env['NODE_ENV'] = environment
  })
  const ask = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
    (await handler(auth, answer)(new Request(url, { headers: { ...credentials, ...headers } }))).status

  test('counts as one of this machine in tests and in development (security/30)', async () => {
    process.env['NODE_ENV'] = 'test'
    expect(await ask('http://localhost/')).toBe(200)
    expect(await ask('http://shop.example/')).toBe(403)
    expect(await ask('http://localhost/', { 'x-forwarded-for': '203.0.113.7' })).toBe(403)
    expect(await ask('https://shop.example/')).toBe(200)
  })

  test('counts as plain HTTP in production (security/30)', async () => {
    process.env['NODE_ENV'] = 'production'
    expect(await ask('http://localhost/')).toBe(403)
    delete process.env['NODE_ENV']
    expect(await ask('http://localhost/')).toBe(403)
    expect(await ask('https://localhost/')).toBe(200)
  })
})
