import type { IncomingMessage, ServerResponse } from 'node:http'
import { createTestClock } from '@seaworthy/middleware/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore, type SessionStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import type { Page } from './browser.test-kit.ts'
import { loginApp } from './login-app.test-kit.ts'

let kit: ProviderKit

beforeEach(async () => {
  kit = await startProvider()
})
afterEach(() => kit.stop())

/** What can go wrong with an answer. */
const outages: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  'a reset': (request) => request.socket.destroy(),
  silence: () => undefined,
  'an error': (_request, response) => response.writeHead(500).end('<html>'),
  'a redirect': (_request, response) => response.writeHead(302, { location: 'https://evil.test/' }).end(),
  HTML: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  'a huge answer': (_request, response) => response.writeHead(200).end('x'.repeat(1_000_000)),
}

/** The steps of a login, each a request of the service. */
const steps = {
  metadata: '/.well-known/',
  'pushed parameters': '/request',
  tokens: '/token',
  keys: '/jwks',
  'user info': '/me',
}

describe.each(Object.entries(steps))('while the provider fails to give %s', (_step, path) => {
  test.each(Object.entries(outages))(
    'by %s, nobody is logged in, and who was in stays (oauth2/97)',
    async (how, fail) => {
      const options = {
        userInfo: true,
        timeout: how === 'silence' ? 400 : '5s',
        session: { store: memoryStore() },
      } as const
      const before = loginApp(kit, options)
      const known = before.browser()
      await known.open('/me')
      const app = loginApp(kit, options)
      kit.behaviour.intercept = (request, response) => {
        if (!request.url?.startsWith(path)) return false
        fail(request, response)
        return true
      }
      const browser = app.browser()
      const page: Page = await browser.open('/me')
      expect([502, 503]).toContain(page.status)
      expect(JSON.parse(page.text)).toMatchObject({ code: 'unavailable', login: '/auth/login' })
      expect(page.text).not.toMatch(/127\.0\.0\.1|evil/)
      expect((await browser.fetch('/me')).status).toBe(401)
      expect((await known.fetch('/me')).status).toBe(200)
      kit.behaviour.intercept = () => false
      app.clock.advance('2m')
      expect((await browser.open('/me')).status).toBe(200)
    },
  )
})

test('an ID token that another key has signed logs nobody in (oauth2/61)', async () => {
  const other = await startProvider()
  try {
    const foreign: typeof fetch = Object.assign(
      async (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
        fetch(String(input).endsWith('/jwks') ? `${other.issuer}/jwks` : input, init),
      { preconnect: () => undefined },
    )
    const page = await loginApp(kit, { fetch: foreign }).browser().open('/me')
    expect([page.status, JSON.parse(page.text).code]).toEqual([502, 'unavailable'])
  } finally {
    await other.stop()
  }
})

describe('while the store fails', () => {
  const failing = (): SessionStore & { readonly down: Set<string> } => {
    const store = memoryStore()
    const down = new Set<string>()
    const wrap =
      <A extends readonly unknown[], R>(name: string, run: (...args: A) => R) =>
      (...args: A): R => {
        if (down.has(name)) throw new Error('the store is down')
        return run(...args)
      }
    return {
      down,
      read: wrap('read', store.read),
      put: wrap('put', store.put),
      replace: wrap('replace', store.replace),
      putIfAbsent: wrap('putIfAbsent', store.putIfAbsent),
      delete: wrap('delete', store.delete),
      deleteTagged: wrap('deleteTagged', store.deleteTagged),
    }
  }

  test('nobody is let in, and nobody is signed out (oauth2/95)', async () => {
    const store = failing()
    const app = loginApp(kit, { session: { store } })
    const browser = app.browser()
    await browser.open('/me')
    store.down.add('read')
    for (const path of ['/me', '/maybe']) {
      const answer = await browser.fetch(path)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    }
    expect((await browser.open('/me')).status).toBe(503)
    store.down.clear()
    expect((await browser.fetch('/me')).status).toBe(200)
  })

  test('no login begins a session, and no logout says that it has ended one (oauth2/95)', async () => {
    const store = failing()
    const app = loginApp(kit, { session: { store } })
    for (const name of ['put', 'putIfAbsent']) {
      store.down.add(name)
      const page = await app.browser().open('/me')
      expect([page.status, JSON.parse(page.text).code]).toEqual([503, 'unavailable'])
      store.down.clear()
    }
    const browser = app.browser()
    await browser.open('/me')
    for (const name of ['read', 'delete']) {
      store.down.add(name)
      expect((await browser.fetch('/auth/logout', { method: 'POST' })).status).toBe(503)
      store.down.clear()
      expect((await browser.fetch('/me')).status).toBe(200)
    }
  })

  test('a refresh that cannot be kept is 503, and the session goes on afterwards (oauth2/95)', async () => {
    const store = failing()
    const clock = createTestClock(Date.now())
    kit.behaviour.rotation = true
    const app = loginApp(kit, { session: { store } }, clock)
    const browser = app.browser()
    await browser.open('/me')
    clock.advance('299s')
    for (const name of ['putIfAbsent', 'replace']) {
      store.down.add(name)
      expect((await browser.fetch('/me')).status).toBe(503)
      store.down.clear()
      // The new refresh token, in whose place the old one is taken no more, has not been lost.
      expect((await browser.fetch('/me')).status).toBe(200)
      clock.advance('299s')
      expect((await browser.fetch('/me')).status).toBe(200)
      clock.advance('299s')
    }
  })
})
