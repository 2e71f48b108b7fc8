import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { loginApp, origin, type AppOptions } from './login-app.test-kit.ts'
import type { Page, TestBrowser } from './browser.test-kit.ts'

let kit: ProviderKit

beforeAll(async () => {
  kit = await startProvider()
})
afterAll(() => kit.stop())

/** Begins a login, and leaves the browser at the provider. */
async function begin(browser: TestBrowser, path = '/auth/login?return_to=/me'): Promise<URL> {
  const { headers } = await browser.step(path)
  return new URL(headers.get('location') ?? '')
}

/** Goes through the provider, and gives the callback without opening it. */
async function callbackOf(url: URL, name: 'ann' | 'bob' = 'ann'): Promise<string> {
  const { url: back } = await kit.user(name).visit(url)
  return back.pathname + back.search
}

const failed = ({ status, text }: Page): unknown => [status, JSON.parse(text).code]
const isIn = async (browser: TestBrowser): Promise<boolean> => (await browser.fetch('/me')).status === 200

describe('an attempt to log in', () => {
  test('asks for a code with PKCE, a state and a nonce, each of its own (oauth2/61)', async () => {
    const app = loginApp(kit, { par: false, maxAge: '1h', parameters: { prompt: 'consent', acr_values: 'mfa' } })
    const [one, two] = [await begin(app.browser()), await begin(app.browser())]
    expect(Object.fromEntries(one.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'web',
      redirect_uri: `${origin}/auth/callback`,
      scope: 'openid offline_access email',
      code_challenge_method: 'S256',
      max_age: '3600',
      acr_values: 'mfa',
      prompt: 'consent',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.searchParams.get(name)).toMatch(/^[\w-]{43,}$/)
      expect(one.searchParams.get(name)).not.toBe(two.searchParams.get(name))
    }
  })

  test('pushes its parameters where the provider takes them (oauth2/62)', async () => {
    const pushed = await begin(loginApp(kit).browser())
    expect([...pushed.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri'])
    const must = loginApp(kit, { clientId: 'web-par', par: true }).browser()
    expect((await must.open('/me')).status).toBe(200)
    const never = await begin(loginApp(kit, { par: false }).browser())
    expect(never.searchParams.get('state')).not.toBeNull()
  })

  test('asks for parameters to be pushed in vain where the provider has no place for them (oauth2/62)', async () => {
    const fetchWithout: typeof fetch = Object.assign(
      async (...call: Parameters<typeof fetch>) => {
        const response = await fetch(...call)
        if (!String(call[0]).includes('.well-known')) return response
        const { pushed_authorization_request_endpoint: _, ...metadata } = JSON.parse(await response.text())
        return Response.json(metadata)
      },
      { preconnect: () => undefined },
    )
    const app = loginApp(kit, { par: true, fetch: fetchWithout })
    expect(failed(await app.browser().step('/auth/login'))).toEqual([503, 'unavailable'])
    expect((await begin(loginApp(kit, { fetch: fetchWithout }).browser())).searchParams.get('state')).not.toBeNull()
  })

  test('is sent back to the public address, whatever the client writes as Host (oauth2/63)', async () => {
    const app = loginApp(kit, { par: false })
    const headers = { host: 'evil.test', 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' }
    const { headers: answer } = await app.browser().step('/auth/login', { headers })
    const url = new URL(answer.get('location') ?? '')
    expect(url.searchParams.get('redirect_uri')).toBe(`${origin}/auth/callback`)
    const below = loginApp(kit, { par: false, publicUrl: 'https://app.test/orders/' })
    const prefixed = await begin(below.browser())
    expect(prefixed.searchParams.get('redirect_uri')).toBe(`${origin}/orders/auth/callback`)
    const { headers: refused } = await below.browser().step('/me')
    expect(refused.get('location')).toBe('/orders/auth/login?return_to=%2Fme')
  })

  test('does not disturb those of other tabs (oauth2/64)', async () => {
    const browser = loginApp(kit).browser()
    const urls = [
      await begin(browser, '/auth/login?return_to=/one'),
      await begin(browser, '/auth/login?return_to=/two'),
    ]
    const [one = '', two = ''] = await Promise.all(urls.map((url) => callbackOf(url)))
    expect((await browser.step(two)).headers.get('location')).toBe('/two')
    expect((await browser.step(one)).headers.get('location')).toBe('/one')
    expect((await browser.open('/me')).status).toBe(200)
  })

  test('gives way to the fifth after it, and is over after ten minutes (oauth2/64)', async () => {
    const app = loginApp(kit)
    const browser = app.browser()
    const urls: URL[] = []
    for (let i = 0; i < 5; i++) {
      urls.push(await begin(browser))
      app.clock.advance(1)
    }
    expect([...browser.jar.keys()].filter((name) => name.includes('-try.'))).toHaveLength(4)
    const [first = origin, second = origin, third = origin] = urls
    expect(failed(await browser.step(await callbackOf(new URL(first))))).toEqual([400, 'unknown_attempt'])
    const late = await callbackOf(new URL(third))
    expect((await browser.step(await callbackOf(new URL(second)))).status).toBe(303)
    const kept = new Map(browser.jar)
    app.clock.advance('10m')
    for (const [name, cookie] of kept) browser.jar.set(name, { ...cookie, expires: Infinity })
    expect(failed(await browser.step(late))).toEqual([400, 'unknown_attempt'])
  })

  test('is used up by its callback, also by one that fails (oauth2/65)', async () => {
    const app = loginApp(kit)
    const browser = app.browser()
    const callback = await callbackOf(await begin(browser))
    const wrong = callback.replace(/code=[^&]+/, 'code=wrong')
    expect(failed(await browser.step(wrong))).toEqual([400, 'refused'])
    expect([...browser.jar.keys()]).toEqual([])
    expect(failed(await browser.step(callback))).toEqual([400, 'unknown_attempt'])
    expect(await isIn(browser)).toBe(false)
  })

  test('is used up for a copy of the browser as well, with a store (oauth2/65)', async () => {
    const app = loginApp(kit, { session: { store: memoryStore() } })
    const browser = app.browser()
    const callback = await callbackOf(await begin(browser))
    const thief = browser.copy()
    expect((await browser.step(callback)).status).toBe(303)
    const asked = kit.count('POST /token')
    expect(failed(await thief.step(callback))).toEqual([400, 'unknown_attempt'])
    expect(kit.count('POST /token')).toBe(asked)
    // Without a store it is the provider that takes a code once only.
    const plain = loginApp(kit)
    const victim = plain.browser()
    const again = await callbackOf(await begin(victim))
    const copy = victim.copy()
    expect((await victim.step(again)).status).toBe(303)
    expect(failed(await copy.step(again))).toEqual([400, 'refused'])
  })

  test('of somebody else logs nobody in (oauth2/66)', async () => {
    const app = loginApp(kit)
    const [attacker, victim] = [app.browser('bob'), app.browser()]
    const callback = await callbackOf(await begin(attacker), 'bob')
    // Login CSRF: a link to the attacker's own callback.
    expect(failed(await victim.step(callback, { from: 'cross-site' }))).toEqual([400, 'unknown_attempt'])
    // The victim has an attempt of its own, and gets the attacker's code with its state.
    const own = await begin(app.browser(), '/auth/login')
    await begin(victim)
    expect(failed(await victim.step(callback, { from: 'cross-site' }))).toEqual([400, 'unknown_attempt'])
    expect(own.href).not.toBe('')
    expect(await isIn(victim)).toBe(false)
  })

  test('takes no code that was given to another attempt (oauth2/66)', async () => {
    const app = loginApp(kit, { par: false })
    const [attacker, victim] = [app.browser('bob'), app.browser()]
    const stolen = new URLSearchParams((await callbackOf(await begin(attacker), 'bob')).split('?')[1])
    const state = (await begin(victim)).searchParams.get('state') ?? ''
    const query = new URLSearchParams({ code: stolen.get('code') ?? '', state, iss: kit.issuer })
    // PKCE: the verifier of the victim is not the one of the attacker.
    expect(failed(await victim.step(`/auth/callback?${query}`))).toEqual([400, 'refused'])
    expect(await isIn(victim)).toBe(false)
  })

  test('is not taken from a cookie of another name, purpose or browser (oauth2/66)', async () => {
    const app = loginApp(kit, { par: false })
    const browser = app.browser()
    const state = (await begin(browser)).searchParams.get('state') ?? ''
    const other = (await begin(browser)).searchParams.get('state') ?? ''
    const names = [...browser.jar.keys()]
    const [first = '', second = ''] = names
    const [a, b] = [browser.jar.get(first), browser.jar.get(second)]
    // The cookies of two tabs, swapped.
    if (a && b) browser.jar.set(first, { ...b, name: first }).set(second, { ...a, name: second })
    for (const each of [state, other]) {
      const answer = await browser.step(
        `/auth/callback?${new URLSearchParams({ code: 'c', state: each, iss: kit.issuer })}`,
      )
      expect(failed(answer)).toEqual([400, 'unknown_attempt'])
    }
    // A session cookie is no attempt.
    await browser.open('/me')
    const session = browser.jar.get('__Host-login.0')
    const last = (await begin(browser)).searchParams.get('state') ?? ''
    const name = [...browser.jar.keys()].find((each) => each.includes('-try.')) ?? ''
    if (session) browser.jar.set(name, { ...session, name, value: session.value.replace('1~', '') })
    const answer = await browser.step(
      `/auth/callback?${new URLSearchParams({ code: 'c', state: last, iss: kit.issuer })}`,
    )
    expect(failed(answer)).toEqual([400, 'unknown_attempt'])
  })

  const mixedUp: readonly [string, (query: URLSearchParams) => void][] = [
    ['another issuer', (query) => query.set('iss', 'https://evil.test')],
    ['no issuer', (query) => query.delete('iss')],
    ['two issuers', (query) => query.append('iss', 'https://evil.test')],
    ['two codes', (query) => query.append('code', 'x')],
    ['no code', (query) => query.delete('code')],
    ['an ID token', (query) => query.set('id_token', 'x')],
    ['a signed response', (query) => query.set('response', 'x')],
  ]
  test.each(mixedUp)('does not take an answer with %s (oauth2/67)', async (_name, change) => {
    const app = loginApp(kit)
    const browser = app.browser()
    const query = new URLSearchParams((await callbackOf(await begin(browser))).split('?')[1])
    const asked = kit.count('POST /token')
    change(query)
    const answer = await browser.step(`/auth/callback?${query}`)
    expect([400, 502]).toContain(answer.status)
    expect(await isIn(browser)).toBe(false)
    expect(kit.count('POST /token')).toBe(asked)
  })

  test('that the provider refuses says so in its word, and nothing else of it (oauth2/67) (oauth2/70)', async () => {
    const app = loginApp(kit, { par: false })
    const browser = app.browser()
    const state = (await begin(browser)).searchParams.get('state') ?? ''
    const query = { state, iss: kit.issuer, error: 'access_denied', error_description: '<script>' }
    const answer = await browser.step(`/auth/callback?${new URLSearchParams(query)}`)
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      403,
      expect.objectContaining({ code: 'refused', error: 'access_denied', login: '/auth/login' }),
    ])
    expect(answer.text).not.toContain('script')
    const again = (await begin(browser)).searchParams.get('state') ?? ''
    const odd = await browser.step(`/auth/callback?${new URLSearchParams({ ...query, state: again, error: '<b>' })}`)
    expect([odd.status, odd.text.includes('<b>')]).toEqual([400, false])
  })

  test('leads back to a path of this origin alone (oauth2/68)', async () => {
    const browser = loginApp(kit).browser()
    for (const evil of [
      '//evil.test',
      '/\\evil.test',
      'https:evil.test',
      'https://evil.test/',
      '/\t/evil.test',
      '/auth/login?a',
    ]) {
      const url = await begin(browser, `/auth/login?${new URLSearchParams({ return_to: evil })}`)
      expect((await browser.step(await callbackOf(url))).headers.get('location')).toBe('/')
    }
    const url = await begin(browser, `/auth/login?${new URLSearchParams({ return_to: '/a?b=/c#d' })}`)
    const answer = await browser.step(await callbackOf(url))
    expect(answer.headers.get('location')).toBe('/a?b=/c#d')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('shows nothing of itself to scripts and to who reads the cookie (oauth2/61)', async () => {
    const app = loginApp(kit, { par: false })
    const browser = app.browser()
    const url = await begin(browser)
    const [line = ''] = browser.lines
    expect(line).toMatch(/^__Host-login-try\.[\w-]{20}=[\w.-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    const [, payload = ''] = /=([^;]+)/.exec(line) ?? []
    const header = JSON.parse(Buffer.from(payload.split('.')[0] ?? '', 'base64url').toString())
    expect(header).toMatchObject({ alg: 'dir', enc: 'A256GCM', kid: expect.any(String) })
    expect(line).not.toContain(url.searchParams.get('nonce') ?? 'no nonce')
    const challenge = url.searchParams.get('code_challenge')
    // The verifier is nowhere in the clear: what the cookie holds does not hash to the challenge.
    for (const part of payload.split('.')) {
      expect(createHash('sha256').update(part).digest('base64url')).not.toBe(challenge)
    }
  })

  test('is loud about an address that nobody has configured (oauth2/63)', async () => {
    const { publicUrl: _, ...options }: AppOptions = {}
    const app = loginApp(kit, options)
    const unknown = loginApp(kit, { ...options, publicUrl: undefined } as never)
    const NODE_ENV = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'production'
    try {
      expect(failed(await unknown.browser().step('/auth/login'))).toEqual([500, 'unavailable'])
      expect((await app.browser().step('/auth/login')).status).toBe(303)
    } finally {
      process.env['NODE_ENV'] = NODE_ENV
    }
  })
})
