import { handler, stack, trustProxy } from '@seaworthy/middleware'
import { any, optional, security, type AuditEvent } from '@seaworthy/security'
import { jwt } from '@seaworthy/jwt'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, serve } from '../../../../test/support/serve.ts'
import { oidcLogin } from '../login.ts'
import { secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { testBrowser, type TestBrowser } from './browser.test-kit.ts'
import { loginApp, origin, sessionKey } from './login-app.test-kit.ts'

let kit: ProviderKit

beforeAll(async () => {
  kit = await startProvider()
})
afterAll(() => kit.stop())

function options() {
  return {
    issuer: kit.issuer,
    clientId: 'web',
    clientAuth: { method: 'client_secret_basic', secret },
    publicUrl: origin,
    session: { keys: sessionKey },
  } as const
}

function browserOf(answer: (request: Request) => Response | Promise<Response>): TestBrowser {
  const user = kit.user('ann')
  return testBrowser({ origin, answer, elsewhere: async (url) => (await user.visit(url)).url })
}

describe('who is told what', () => {
  test('browsers are sent to the login, scripts and other clients get 401 (oauth2/79)', async () => {
    const { answer } = loginApp(kit)
    const ask = (init: RequestInit): Promise<Response> => answer(new Request(`${origin}/me?a=b&c=%2F`, init))
    const pages: readonly RequestInit[] = [
      { headers: { 'sec-fetch-mode': 'navigate' } },
      { headers: { accept: 'text/html,application/xhtml+xml' } },
      { headers: { 'sec-fetch-mode': 'navigate' }, method: 'HEAD' },
    ]
    for (const init of pages) {
      const { status, headers } = await ask(init)
      expect([status, headers.get('location')]).toEqual([303, '/auth/login?return_to=%2Fme%3Fa%3Db%26c%3D%252F'])
      expect(headers.get('cache-control')).toBe('no-store')
    }
    const others: readonly RequestInit[] = [
      {},
      { headers: { accept: 'application/json' } },
      { headers: { 'sec-fetch-mode': 'cors', accept: 'text/html' } },
      { headers: { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' } },
      { headers: { 'sec-fetch-mode': 'navigate' }, method: 'POST' },
    ]
    for (const init of others) {
      const { status, headers } = await ask(init)
      expect([status, headers.get('content-type')]).toEqual([401, 'application/problem+json'])
      expect(headers.get('www-authenticate')).toBe(
        'Cookie realm="login", form-action="/auth/login", cookie-name="__Host-login.0"',
      )
    }
  })

  test('requests that another site has caused are refused, unless they only read (oauth2/80)', async () => {
    const { answer, browser } = loginApp(kit, { origins: ['https://admin.app.test'] })
    const own = browser()
    await own.open('/me')
    const cookie = [...own.jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ')
    const ask = async (method: string, headers: Record<string, string>): Promise<number> =>
      (await answer(new Request(`${origin}/me`, { method, headers: { cookie, ...headers } }))).status
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const site of ['cross-site', 'same-site']) expect(await ask(method, { 'sec-fetch-site': site })).toBe(401)
      for (const other of ['https://evil.test', 'null', 'http://app.test', 'https://app.test:444']) {
        expect(await ask(method, { origin: other })).toBe(401)
      }
      expect(await ask(method, { 'sec-fetch-site': 'same-origin' })).toBe(200)
      expect(await ask(method, { origin })).toBe(200)
      expect(await ask(method, { origin: 'https://admin.app.test', 'sec-fetch-site': 'same-site' })).toBe(200)
    }
    expect(await ask('GET', { 'sec-fetch-site': 'cross-site' })).toBe(200)
    expect(await ask('GET', { 'sec-fetch-site': 'cross-site', upgrade: 'websocket' })).toBe(401)
  })
})

describe('in a service', () => {
  test('it is the default of a policy, with its routes before it (oauth2/81)', async () => {
    const events: AuditEvent[] = []
    const login = oidcLogin({ ...options(), scopes: { admin: 'Everything' }, grants: () => [] as const })
    const policy = security({ default: login, audit: (event) => void events.push(event) })
    const app = new Hono()
    app.use(login.routes, policy)
    const me = new Hono().get('/', (c) => c.text(login.principal(c).subject))
    app.route('/me', me)
    app.get('/admin', policy.method(login.scopes('admin')), (c) => c.text('in'))
    app.get('/open', policy.none(), (c) => c.text('open'))
    policy.assertCovered(app)
    const browser = browserOf((request) => app.fetch(request))
    expect(await browser.open('/me')).toMatchObject({ status: 200, text: 'ann' })
    expect((await browser.fetch('/admin')).status).toBe(403)
    expect((await browserOf((request) => app.fetch(request)).fetch('/open')).text).toBe('open')
    const allowed = (): AuditEvent | undefined => events.find(({ outcome }) => outcome === 'allowed')
    // The audit does not delay the request.
    await eventually(() => allowed() !== undefined, 'an event of the audit')
    expect(allowed()).toMatchObject({ scheme: 'login', credential: expect.any(String) })
    for (const { value } of browser.jar.values()) expect(JSON.stringify(events)).not.toContain(value)
    const document = policy.openapi({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {} }, app)
    expect(document).toMatchObject({
      components: { securitySchemes: { login: { type: 'apiKey', in: 'cookie', name: '__Host-login.0' } } },
    })
  })

  test('it stands beside tokens, and optional (oauth2/81)', async () => {
    const issuer = createTestIssuer()
    const { issuer: name } = issuer
    const tokens = jwt({ issuer: name, audience: 'https://api.test', jwks: issuer.jwks() })
    const login = oidcLogin(options())
    const either = any(tokens, login)
    const maybe = optional(either)
    const app = new Hono()
    app.use(login.routes)
    app.get('/either', either, (c) => c.text(either.principal(c).scheme))
    app.get('/maybe', maybe, (c) => c.text(maybe.principal(c)?.scheme ?? 'nobody'))
    const browser = browserOf((request) => app.fetch(request))
    expect((await browser.fetch('/maybe')).text).toBe('nobody')
    expect((await browser.open('/either')).text).toBe('login')
    expect((await browser.fetch('/maybe')).text).toBe('login')
    const headers = { authorization: `Bearer ${issuer.token()}` }
    expect((await app.request(`${origin}/either`, { headers })).status).toBe(200)
    const bad = await app.request(`${origin}/maybe`, { headers: { authorization: 'Bearer x.y.z' } })
    expect(bad.status).toBe(401)
  })

  test('the address is that of a trusted proxy, where none is configured (oauth2/63)', async () => {
    const { publicUrl: _, ...rest } = options()
    const login = oidcLogin({ ...rest, par: false })
    const answer = handler(
      stack(trustProxy('loopback'), login.routes),
      (_request: Request, _env: object) => new Response(),
    )
    const ask = async (peer: string): Promise<Response> => {
      const request = new Request('http://10.0.0.1/auth/login', {
        headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'app.test', 'x-forwarded-for': '192.0.2.1' },
      })
      return answer(request, { requestIP: () => ({ address: peer, port: 1 }) })
    }
    const { headers } = await ask('127.0.0.1')
    expect(new URL(headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(`${origin}/auth/callback`)
    expect((await ask('192.0.2.7')).status).toBe(500)
  })
})

test('on this machine, the address is the one that is served (oauth2/63)', async () => {
  const { publicUrl: _, ...rest } = options()
  const login = oidcLogin({ ...rest, par: false })
  await using running = await serve(handler(login.routes, (_request: Request, _env: never) => new Response()))
  const ask = async (headers: Record<string, string>): Promise<Response> =>
    fetch(`${running.url}/auth/login`, { redirect: 'manual', headers })
  const { headers } = await ask({})
  const url = new URL(headers.get('location') ?? '')
  expect(url.searchParams.get('redirect_uri')).toBe(`${running.url}/auth/callback`)
  // A proxy that nobody has configured may stand before it.
  expect((await ask({ 'x-forwarded-host': 'evil.test' })).status).toBe(500)
})

describe('who is logged in', () => {
  test('has the claims about the person, and none of the protocol (oauth2/69)', async () => {
    const login = oidcLogin({ ...options(), scope: 'openid email profile', userInfo: true })
    const app = handler(stack(login.routes, login), (request) => Response.json(login.principal(request)))
    const page = await browserOf(app).open('/')
    const told = JSON.parse(page.text)
    expect(told).toMatchObject({
      scheme: 'login',
      subject: 'ann',
      claims: { sub: 'ann', name: 'Ann', email: 'ann@example.com' },
      issuer: kit.issuer,
      clientId: 'web',
    })
    expect(Object.keys(told.claims).toSorted()).toEqual(['email', 'name', 'sub'])
    expect(told.expiresAt - Date.now() / 1000).toBeGreaterThan(43_000)
  })

  test('has claims and scopes by the schema and the mapping of the options (oauth2/69)', async () => {
    const login = oidcLogin({
      ...options(),
      scope: ['email'],
      userInfo: true,
      claims: z.object({ email: z.string().transform((email) => email.split('@')[1]) }),
      scopes: { 'orders:read': 'Reads orders' },
      grants: ({ email }) => (email === 'example.com' ? ['orders:read'] : []),
    })
    const guard = login.scopes('orders:read')
    const app = handler(stack(login.routes, guard), (request) => Response.json(guard.principal(request).claims))
    expect(JSON.parse((await browserOf(app).open('/')).text)).toEqual({ email: 'example.com' })
    const strict = oidcLogin({ ...options(), claims: z.object({ role: z.string() }) })
    const refused = await browserOf(handler(stack(strict.routes, strict), () => new Response('in'))).open('/')
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, 'claims'])
  })

  test('has the scopes that were granted, where no mapping says something else (oauth2/69)', async () => {
    const page = await loginApp(kit).browser().open('/me')
    expect(JSON.parse(page.text)).toEqual({ subject: 'ann', scopes: ['openid', 'offline_access', 'email'] })
  })

  test('may be refused by the service, which may have a page for failures (oauth2/70)', async () => {
    const seen: unknown[] = []
    const app = loginApp(kit, {
      onLogin(login) {
        seen.push(login)
        return login.subject === 'bob' ? new Response('not you', { status: 403 }) : undefined
      },
      onFailure: ({ code, loginPath }) => new Response(`${code} ${loginPath}`, { status: 418 }),
    })
    expect((await app.browser().open('/me')).status).toBe(200)
    const bob = app.browser('bob')
    expect(await bob.open('/me')).toMatchObject({ status: 403, text: 'not you' })
    expect((await bob.fetch('/me')).status).toBe(401)
    expect(seen[0]).toMatchObject({ subject: 'ann', claims: { sub: 'ann' } })
    const failed = await app.browser().step('/auth/callback?state=x')
    expect([failed.status, failed.text]).toEqual([418, 'unknown_attempt /auth/login'])
    const broken = loginApp(kit, { onLogin: () => Promise.reject(new Error('down')) })
    expect((await broken.browser().open('/me')).status).toBe(503)
  })
})
