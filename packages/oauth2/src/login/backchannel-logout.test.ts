import { createTestClock } from '@seaworthy/middleware/testing'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../../test/support/serve.ts'
import { memoryStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { loginApp, origin, type LoginApp } from './login-app.test-kit.ts'

describe('a logout by the real provider', () => {
  let kit: ProviderKit
  let running: Running
  let app: LoginApp

  beforeAll(async () => {
    running = await serve((request) => {
      const { pathname } = new URL(request.url)
      return app.answer(new Request(origin + pathname, request))
    })
    kit = await startProvider({
      clients: [
        {
          client_id: 'web',
          backchannel_logout_uri: `${running.url}/auth/backchannel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
    })
  })
  afterAll(async () => {
    await running[Symbol.asyncDispose]()
    await kit.stop()
  })

  test('ends the session that it is about, and no other (oauth2/90)', async () => {
    app = loginApp(kit, { session: { store: memoryStore() } })
    const [one, two] = [app.browser(), app.browser()]
    await one.open('/me')
    await two.open('/me')
    const copy = one.copy()
    // The person logs out at the provider, not here.
    const left = await one.open('/auth/logout', { method: 'POST' })
    expect(left.url.href).toBe(`${origin}/`)
    expect((await copy.fetch('/me')).status).toBe(401)
    const other = app.browser('bob')
    await other.open('/me')
    expect((await two.fetch('/me')).status).toBe(200)
    expect((await other.fetch('/me')).status).toBe(200)
  })

  test('ends a session that this service was not told about otherwise (oauth2/90)', async () => {
    app = loginApp(kit, { session: { store: memoryStore() } })
    const user = kit.user('ann')
    const elsewhere = async (url: URL): Promise<URL> => (await user.visit(url)).url
    const { testBrowser } = await import('./browser.test-kit.ts')
    const browser = testBrowser({ origin, answer: app.answer, elsewhere, now: app.clock.now })
    await browser.open('/me')
    expect((await browser.fetch('/me')).status).toBe(200)
    await user.visit(`${kit.issuer}/session/end?client_id=web`)
    expect((await browser.fetch('/me')).status).toBe(401)
  })
})

describe('a logout token', () => {
  const clock = createTestClock(Date.now())
  let kit: ProviderKit
  const issuer = createTestIssuer({ issuer: 'https://issuer.test', audience: 'web', clock })
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }

  beforeAll(async () => {
    kit = await startProvider()
  })
  afterAll(() => kit.stop())
  afterEach(() => {
    kit.behaviour.intercept = () => false
  })

  /** A service that logs in at the real provider, whose logout tokens are signed by a key of the test. */
  async function begun() {
    const store = memoryStore({ clock })
    const foreign = createTestIssuer({ issuer: kit.issuer, audience: 'web', clock, keys: issuer.keys as never })
    const app = loginApp(
      kit,
      {
        session: { store },
        fetch: Object.assign(
          async (...call: Parameters<typeof fetch>) => {
            const response = await fetch(...call)
            if (!String(call[0]).endsWith('/jwks') || !response.ok) return response
            const { keys } = JSON.parse(await response.text())
            return Response.json({ keys: [...keys, ...foreign.jwks().keys] })
          },
          { preconnect: () => undefined },
        ),
      },
      clock,
    )
    const browser = app.browser()
    await browser.open('/me')
    const send = async (token: string, more: Record<string, string> = {}, path = '/auth/backchannel-logout') => {
      const body = new URLSearchParams({ logout_token: token, ...more })
      return app.answer(new Request(origin + path, { method: 'POST', body }))
    }
    const sign = (claims: object = {}, header: object = {}): string =>
      foreign.token(
        { sub: 'ann', client_id: undefined, events: event, ...claims },
        { header: { typ: 'logout+jwt', ...header }, expiresIn: '2m' },
      )
    const isIn = async (): Promise<boolean> => (await browser.fetch('/me')).status === 200
    return { app, browser, send, sign, isIn, store }
  }

  test('ends all sessions of the person that it names (oauth2/91)', async () => {
    const { app, browser, send, sign, isIn } = await begun()
    const [second, bob] = [app.browser(), app.browser('bob')]
    await second.open('/me')
    await bob.open('/me')
    const answer = await send(sign())
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await isIn()).toBe(false)
    expect((await second.fetch('/me')).status).toBe(401)
    expect((await bob.fetch('/me')).status).toBe(200)
    expect(browser.jar.size).toBe(0)
  })

  test('about a session ends it, and those of the person that have no name (oauth2/91)', async () => {
    const { app, send, sign, isIn } = await begun()
    const bob = app.browser('bob')
    await bob.open('/me')
    expect((await send(sign({ sid: 'another session', sub: 'nobody' }))).status).toBe(200)
    expect(await isIn()).toBe(true)
    // This provider tells no `sid` to a client that has no back channel: the person is what remains.
    expect((await send(sign({ sid: 'a session' }))).status).toBe(200)
    expect(await isIn()).toBe(false)
    expect((await bob.fetch('/me')).status).toBe(200)
  })

  test('that is sent again does not end what began since (oauth2/91)', async () => {
    const { browser, send, sign, isIn } = await begun()
    const token = sign()
    await send(token)
    await browser.open('/me')
    expect((await send(token)).status).toBe(200)
    expect(await isIn()).toBe(true)
  })

  const bad: readonly [string, object, object][] = [
    ['without the event', { events: undefined }, {}],
    ['with another event', { events: { 'https://other.test': {} } }, {}],
    ['with an event that is no object', { events: { [Object.keys(event)[0] ?? '']: true } }, {}],
    ['with a nonce', { nonce: 'n' }, {}],
    ['about nobody', { sub: undefined }, {}],
    ['with a session that is no text', { sub: undefined, sid: 7 }, {}],
    ['for another client', { aud: 'other' }, {}],
    ['of another issuer', { iss: 'https://evil.test' }, {}],
    ['that is over', { exp: 1 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['without a time', { iat: undefined }, {}],
    ['from long ago', { iat: Math.floor(Date.now() / 1000) - 3_600 }, {}],
    ['from the future', { iat: Math.floor(Date.now() / 1000) + 3_600 }, {}],
    ['without an id', { jti: undefined }, {}],
    ['of the type of an ID token', {}, { typ: 'JWT' }],
    ['of the type of an access token', {}, { typ: 'at+jwt' }],
    ['without a type', {}, { typ: undefined }],
    ['that is not signed', {}, { alg: 'none' }],
  ]
  test.each(bad)('%s ends nothing (oauth2/91)', async (_what, claims, header) => {
    const { send, sign, isIn } = await begun()
    const answer = await send(sign(claims, header))
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }])
    expect(await isIn()).toBe(true)
  })

  test('has one form of being sent (oauth2/91)', async () => {
    const { app, sign, isIn } = await begun()
    const form = 'application/x-www-form-urlencoded'
    const token = sign()
    const post = (body: string, type: string | undefined = form) =>
      app.answer(
        new Request(`${origin}/auth/backchannel-logout`, { method: 'POST', body, headers: { 'content-type': type } }),
      )
    const bodies = ['', 'logout_token=', `logout_token=${token}&logout_token=${token}`, `other=${token}`]
    for (const body of bodies) expect((await post(body)).status).toBe(400)
    expect((await post(JSON.stringify({ logout_token: token }), 'application/json')).status).toBe(400)
    expect((await post(`logout_token=${token}&x=${'x'.repeat(20_000)}`)).status).toBe(400)
    expect((await app.answer(new Request(`${origin}/auth/backchannel-logout?logout_token=${token}`))).status).toBe(405)
    expect(await isIn()).toBe(true)
    expect((await post(`logout_token=${token}`, `${form}; charset=utf-8`)).status).toBe(200)
    expect(await isIn()).toBe(false)
  })

  test('that cannot be checked, or a store that is down, is 503: the provider asks again (oauth2/91)', async () => {
    const { send, sign, isIn, store } = await begun()
    kit.behaviour.intercept = (_request, response) => {
      response.writeHead(500).end()
      return true
    }
    expect((await send(sign())).status).toBe(503)
    kit.behaviour.intercept = () => false
    clock.advance('2m')
    const broken = store.deleteTagged
    const fail = (): never => {
      throw new Error('down')
    }
    Object.assign(store, { deleteTagged: fail })
    const token = sign()
    expect((await send(token)).status).toBe(503)
    expect(await isIn()).toBe(true)
    Object.assign(store, { deleteTagged: broken })
    expect((await send(token)).status).toBe(200)
    expect(await isIn()).toBe(false)
  })

  test('is for nobody without a store (oauth2/92)', async () => {
    const app = loginApp(kit, {}, clock)
    const body = new URLSearchParams({ logout_token: 'x' })
    const answer = await app.answer(new Request(`${origin}/auth/backchannel-logout`, { method: 'POST', body }))
    // It is a path like any other: the guard stands before it.
    expect(answer.status).toBe(401)
    expect(() => loginApp(kit, { backchannelPath: '/auth/ended' })).toThrow(/needs session\.store/)
  })
})
