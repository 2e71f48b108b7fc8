import { createTestClock } from '@seaworthy/middleware/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../login.ts'
import { secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import type { TestBrowser } from './browser.test-kit.ts'
import { loginApp, type AppOptions } from './login-app.test-kit.ts'

let kit: ProviderKit

beforeEach(async () => {
  kit = await startProvider({ rotation: true, accessTokenTtl: 300 })
})
afterEach(() => kit.stop())

const refreshes = (): number => kit.count('POST /token')
const text = async (browser: TestBrowser, path = '/token'): Promise<string> => (await browser.fetch(path)).text

/** Every grant, and with it every refresh token, is taken no more. */
async function endGrants(token: string): Promise<void> {
  const found = await kit.provider.RefreshToken.find(token)
  const grant = await kit.provider.Grant.find(found?.grantId ?? '')
  await grant?.destroy()
  await found?.destroy()
}

/** What the provider gave last, seen on its way. */
function watched(): { readonly fetch: typeof fetch; refresh: string } {
  const seen = {
    refresh: '',
    fetch: Object.assign(
      async (...call: Parameters<typeof fetch>) => {
        const response = await fetch(...call)
        if (!String(call[0]).endsWith('/token') || !response.ok) return response
        const body = await response.text()
        seen.refresh = JSON.parse(body).refresh_token
        return new Response(body, response)
      },
      { preconnect: () => undefined },
    ),
  }
  return seen
}

describe.each(['cookies', 'a store'])('the tokens of a session in %s', (kind) => {
  async function begun(options: AppOptions = {}) {
    const clock = createTestClock(Date.now())
    const store = memoryStore({ clock })
    const session = kind === 'a store' ? { store } : {}
    const app = loginApp(kit, { ...options, session }, clock)
    const browser = app.browser()
    await browser.open('/me')
    const another = () => loginApp(kit, { ...options, session }, clock)
    return { app, browser, clock, another, asked: refreshes() }
  }

  test('are for the handler alone, who asks for the access token (oauth2/82)', async () => {
    const { app, browser } = await begun()
    const token = await text(browser)
    const told = await fetch(`${kit.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await told.json()).toMatchObject({ sub: 'ann' })
    expect(await text(browser)).toBe(token)
    expect(JSON.stringify([app.login, await text(browser, '/me'), [...browser.jar]])).not.toContain(token)
    expect(JSON.parse(await text(app.browser(), '/maybe-token'))).toEqual({ code: 'ERR_OAUTH2_NO_SESSION' })
  })

  test('are refreshed once, however many requests need them (oauth2/83)', async () => {
    const { browser, clock, asked } = await begun()
    const before = await text(browser)
    clock.advance('299s')
    const tabs = Array.from({ length: 5 }, () => browser.copy())
    const tokens = await Promise.all([...tabs, browser].map((tab) => text(tab)))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(before)
    expect(refreshes()).toBe(asked + 1)
    // A tab that still has the cookie of before goes on, with the newer tokens.
    const [late] = tabs
    expect(late && (await text(late))).toBe(tokens[0])
    clock.advance('299s')
    expect(await text(browser)).not.toBe(tokens[0])
    expect(refreshes()).toBe(asked + 2)
  })

  test('that were refreshed serve a tab with an older cookie, also much later (oauth2/83)', async () => {
    const { browser, clock, asked } = await begun()
    const old = browser.copy()
    clock.advance('299s')
    const token = await text(browser)
    clock.advance('60s')
    expect(await text(old)).toBe(token)
    expect(refreshes()).toBe(asked + 1)
    expect(await text(old)).toBe(token)
  })

  test('are refreshed when only the guard is there to see it (oauth2/83)', async () => {
    const { browser, clock, asked } = await begun()
    clock.advance('299s')
    expect((await browser.open('/me')).status).toBe(200)
    expect(refreshes()).toBe(asked + 1)
  })

  test('that the provider takes no more sign out (oauth2/84)', async () => {
    const seen = watched()
    const { browser, clock } = await begun({ fetch: seen.fetch })
    await endGrants(seen.refresh)
    expect((await browser.fetch('/me')).status).toBe(200)
    clock.advance('299s')
    expect((await browser.copy().fetch('/maybe')).text).toBe('null')
    const answer = await browser.fetch('/me')
    expect([answer.status, [...browser.jar.keys()]]).toEqual([401, []])
  })

  test('that cannot be refreshed are over at their end, and the session is not (oauth2/85)', async () => {
    const { browser, clock, asked } = await begun({ scope: 'openid', parameters: {} })
    clock.advance('299s')
    expect((await browser.fetch('/token')).status).toBe(200)
    clock.advance('1s')
    expect(JSON.parse(await text(browser))).toEqual({ code: 'ERR_OAUTH2_LOGIN_ENDED' })
    expect((await browser.fetch('/me')).status).toBe(200)
    expect(refreshes()).toBe(asked)
  })

  test('stay as they are while the provider is down, which is asked ever more rarely (oauth2/85)', async () => {
    const { browser, clock, asked } = await begun()
    clock.advance('290s')
    let seen = 0
    kit.behaviour.intercept = (request, response) => {
      if (request.url !== '/token') return false
      seen++
      response.writeHead(503).end()
      return true
    }
    const token = await text(browser)
    expect((await browser.open('/me')).status).toBe(200)
    expect(seen).toBe(1)
    for (let i = 0; i < 60; i++) {
      clock.advance('1s')
      expect((await browser.fetch('/me')).status).toBe(200)
    }
    expect(seen).toBeLessThan(8)
    // The token itself is over by now: nobody is given one that is.
    expect(JSON.parse(await text(browser))).toEqual({ code: 'ERR_OAUTH2_UNAVAILABLE' })
    kit.behaviour.intercept = () => false
    clock.advance('60s')
    expect(await text(browser)).not.toBe(token)
    expect(refreshes()).toBe(asked + seen + 1)
  })

  test('stay as they are when it is the service that the provider refuses (oauth2/85)', async () => {
    const { browser, clock } = await begun()
    clock.advance('299s')
    for (const [code, body] of [
      [401, '{"error":"invalid_client"}'],
      [400, '<html>'],
      [200, '{}'],
    ] as const) {
      kit.behaviour.intercept = (request, response) => {
        if (request.url !== '/token') return false
        response.writeHead(code, { 'content-type': 'application/json' }).end(body)
        return true
      }
      clock.advance('61s')
      expect((await browser.fetch('/me')).status).toBe(200)
    }
  })
})

describe('several processes with one store', () => {
  test('refresh a session once (oauth2/86)', async () => {
    const clock = createTestClock(Date.now())
    const session = { store: memoryStore({ clock }) }
    const apps = Array.from({ length: 4 }, () => loginApp(kit, { session }, clock))
    const [first] = apps
    const browser = first?.browser()
    if (!browser) throw new Error('no browser')
    await browser.open('/me')
    const asked = refreshes()
    clock.advance('299s')
    const header = [...browser.jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ')
    const answers = await Promise.all(
      apps.map(async ({ answer }) =>
        (await answer(new Request('https://app.test/token', { headers: { cookie: header } }))).text(),
      ),
    )
    expect(new Set(answers).size).toBe(1)
    expect(refreshes()).toBe(asked + 1)
  })

  test('cannot do that with cookies alone: the control (oauth2/86)', async () => {
    const clock = createTestClock(Date.now())
    const apps = [loginApp(kit, {}, clock), loginApp(kit, {}, clock)]
    const browser = apps[0]?.browser()
    await browser?.open('/me')
    const asked = refreshes()
    clock.advance('299s')
    const cookie = [...(browser?.jar.values() ?? [])].map(({ name, value }) => `${name}=${value}`).join('; ')
    for (const { answer } of apps) await answer(new Request('https://app.test/me', { headers: { cookie } }))
    expect(refreshes()).toBe(asked + 2)
  })

  test('do not bring a session back that ended while it was refreshed (oauth2/86)', async () => {
    const clock = createTestClock(Date.now())
    const session = { store: memoryStore({ clock }) }
    const app = loginApp(kit, { session, clientAuth: { method: 'client_secret_basic', secret } }, clock)
    const browser = app.browser()
    await browser.open('/me')
    clock.advance('299s')
    let release = (): void => undefined
    let reached = (): void => undefined
    const arrived = new Promise<void>((resolve) => (reached = resolve))
    const held = new Promise<void>((resolve) => (release = resolve))
    kit.behaviour.intercept = (request, response) => {
      if (request.url !== '/token') return false
      kit.behaviour.intercept = () => false
      void held.then(() => kit.provider.callback()(request, response))
      reached()
      return true
    }
    const tab = browser.copy()
    const refreshing = tab.fetch('/me')
    await arrived
    // Another tab logs out meanwhile, through a process whose refresh is the same one.
    expect((await browser.fetch('/auth/logout', { method: 'POST' })).status).toBe(200)
    release()
    expect((await refreshing).status).toBe(401)
    expect((await tab.fetch('/me')).status).toBe(401)
  })
})
