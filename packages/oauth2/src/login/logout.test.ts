import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { loginApp, origin, type AppOptions } from './login-app.test-kit.ts'

let kit: ProviderKit

beforeEach(async () => {
  kit = await startProvider()
})
afterEach(() => kit.stop())

describe.each(['cookies', 'a store'])('the logout of a session in %s', (kind) => {
  async function begun(options: AppOptions = {}) {
    const app = loginApp(kit, { session: kind === 'a store' ? { store: memoryStore() } : {}, ...options })
    const browser = app.browser()
    await browser.open('/me')
    return { app, browser }
  }

  test('ends it here and at the provider, and comes back (oauth2/87)', async () => {
    const { browser } = await begun()
    const copy = browser.copy()
    const page = await browser.open('/auth/logout', { method: 'POST' })
    expect(page.url.href).toBe(`${origin}/`)
    expect(kit.count('POST /token/revocation')).toBe(1)
    expect(kit.count('POST /session/end/confirm')).toBe(1)
    expect([...browser.jar.keys()]).toEqual([])
    // A copy of the cookie, in this process, is over as well.
    expect((await copy.fetch('/me')).status).toBe(401)
    // The provider asks who it is again.
    const asked = kit.asked.filter((each) => each.startsWith('POST /interaction')).length
    await browser.open('/me')
    expect(kit.asked.filter((each) => each.startsWith('POST /interaction')).length).toBeGreaterThan(asked + 1)
  })

  test('tells a script where to go (oauth2/87)', async () => {
    const { browser } = await begun()
    const answer = await browser.fetch('/auth/logout', { method: 'POST' })
    const location = new URL(JSON.parse(answer.text).location)
    expect(location.origin + location.pathname).toBe(`${kit.issuer}/session/end`)
    expect(location.searchParams.get('post_logout_redirect_uri')).toBe(`${origin}/`)
    expect(location.searchParams.get('id_token_hint')?.split('.')).toHaveLength(3)
    expect((await browser.fetch('/me')).status).toBe(401)
  })

  test('stays here when that is asked for (oauth2/87)', async () => {
    const { browser } = await begun({ endProviderSession: false, afterLogout: '/bye' })
    const answer = await browser.step('/auth/logout', { method: 'POST' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/bye'])
  })

  test('is not for another site, nor for a link (oauth2/88)', async () => {
    const { app, browser } = await begun()
    const cookie = [...browser.jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ')
    const hostile: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.test' },
      { origin: 'null' },
    ]
    for (const headers of hostile) {
      const request = new Request(`${origin}/auth/logout`, { method: 'POST', headers: { cookie, ...headers } })
      expect((await app.answer(request)).status).toBe(403)
    }
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      expect((await browser.step('/auth/logout', { method })).status).toBe(405)
    }
    expect((await browser.fetch('/me')).status).toBe(200)
  })

  test('does without a provider that is down (oauth2/89)', async () => {
    const { browser } = await begun()
    kit.behaviour.intercept = (_request, response) => {
      response.writeHead(500).end()
      return true
    }
    expect((await browser.fetch('/auth/logout', { method: 'POST' })).status).toBe(200)
    expect((await browser.fetch('/me')).status).toBe(401)
  })

  test('without a session leads to the same place (oauth2/87)', async () => {
    const { app } = await begun()
    const answer = await app.browser().step('/auth/logout', { method: 'POST' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  })
})
