import { createTestClock } from '@seaworthy/middleware/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import type { TestBrowser } from './browser.test-kit.ts'
import { loginApp, origin, sessionKey, type AppOptions } from './login-app.test-kit.ts'

let kit: ProviderKit

beforeAll(async () => {
  kit = await startProvider()
})
afterAll(() => kit.stop())

const sessionCookies = ({ jar }: TestBrowser): string[] =>
  [...jar.keys()].filter((name) => /^__Host-login\.\d/.test(name))
const status = async (browser: TestBrowser, path = '/me'): Promise<number> => (await browser.fetch(path)).status

async function loggedIn(options: AppOptions = {}, name: 'ann' | 'bob' = 'ann') {
  const app = loginApp(kit, options)
  const browser = app.browser(name)
  expect((await browser.open('/me')).status).toBe(200)
  return { app, browser }
}

/** Claims that take room. */
const withLong = (length: number): AppOptions => ({
  userInfo: true,
  fetch: Object.assign(
    async (...call: Parameters<typeof fetch>) => {
      const response = await fetch(...call)
      if (!String(call[0]).endsWith('/me')) return response
      return Response.json({ ...JSON.parse(await response.text()), long: 'x'.repeat(length) })
    },
    { preconnect: () => undefined },
  ),
})

describe('the cookie of a session', () => {
  test('is encrypted and for this host, for HTTPS and for requests alone (oauth2/72)', async () => {
    const { browser } = await loggedIn()
    const lines = browser.lines.filter((line) => line.startsWith('__Host-login.0='))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^__Host-login\.0=1~[\w.-]+; Max-Age=3600; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    for (const part of lines[0]?.split(/[=~.;]/) ?? []) {
      expect(Buffer.from(part, 'base64url').toString('latin1')).not.toMatch(/ann|access|sub/)
    }
  })

  test('is cut into pieces below 4 KB, and put together again (oauth2/73)', async () => {
    const { browser } = await loggedIn(withLong(4_000))
    expect(sessionCookies(browser)).toEqual(['__Host-login.0', '__Host-login.1'])
    for (const { name, value } of browser.jar.values()) expect(name.length + value.length).toBeLessThan(4096)
    expect(await status(browser)).toBe(200)
  })

  test('leaves no piece of a longer one behind (oauth2/73)', async () => {
    const { browser } = await loggedIn(withLong(4_000))
    const short = loginApp(kit)
    const other = short.browser()
    for (const [name, cookie] of browser.jar) other.jar.set(name, cookie)
    await other.open('/auth/login?return_to=/me')
    expect(sessionCookies(other)).toEqual(['__Host-login.0'])
    // A piece that came back from a backup is not taken for one of the session.
    const stale = browser.jar.get('__Host-login.1')
    if (stale) other.jar.set('__Host-login.1', stale)
    expect(await status(other)).toBe(200)
  })

  test('that would be larger than what servers take is refused, and needs a store (oauth2/73)', async () => {
    const app = loginApp(kit, withLong(9_000))
    const page = await app.browser().open('/me')
    expect([page.status, JSON.parse(page.text).code]).toEqual([500, 'unavailable'])
    const { browser } = await loggedIn({ ...withLong(9_000), session: { store: memoryStore() } })
    expect(sessionCookies(browser)).toEqual(['__Host-login.0'])
  })

  const spoiled: readonly [string, (browser: TestBrowser, other: TestBrowser) => void][] = [
    [
      'a changed character',
      ({ jar }) => change(jar, 0, (value) => value.slice(0, -3) + (value.endsWith('A') ? 'BBB' : 'AAA')),
    ],
    ['a missing first piece', ({ jar }) => void jar.delete('__Host-login.0')],
    ['a missing last piece', ({ jar }) => void jar.delete('__Host-login.1')],
    ['swapped pieces', ({ jar }) => swap(jar)],
    ['a piece of another session', ({ jar }, other) => void jar.set('__Host-login.1', piece(other, 1))],
    ['another number of pieces', ({ jar }) => change(jar, 0, (value) => value.replace('2~', '1~'))],
    ['nine pieces', ({ jar }) => change(jar, 0, (value) => value.replace('2~', '9~'))],
    ['no number of pieces', ({ jar }) => change(jar, 0, (value) => value.replace('2~', ''))],
    ['nothing', ({ jar }) => change(jar, 0, () => '')],
    ['rubbish', ({ jar }) => change(jar, 0, () => '1~%00"\\x')],
    [
      'an unencrypted token',
      ({ jar }) => change(jar, 0, () => `1~${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`),
    ],
    ['another key id', ({ jar }) => change(jar, 0, (value) => value.replace(/~[^.]+/, `~${header({ kid: 'other' })}`))],
    ['no key id', ({ jar }) => change(jar, 0, (value) => value.replace(/~[^.]+/, `~${header({})}`))],
    [
      'a password algorithm',
      ({ jar }) => change(jar, 0, (value) => value.replace(/~[^.]+/, `~${header({ alg: 'PBES2-HS256+A128KW' })}`)),
    ],
  ]
  const header = (members: object): string =>
    Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', ...members })).toString('base64url')
  test.each(spoiled)('with %s signs out and is cleared (oauth2/74)', async (_what, spoil) => {
    const { browser } = await loggedIn(withLong(4_000))
    const { browser: other } = await loggedIn(withLong(4_000), 'bob')
    const whole = browser.copy()
    spoil(browser, other)
    const optional = browser.copy()
    expect(await status(browser)).toBe(401)
    expect(sessionCookies(browser)).toEqual([])
    const answer = await optional.fetch('/maybe')
    expect([answer.status, answer.text]).toEqual([200, 'null'])
    expect(sessionCookies(optional)).toEqual([])
    expect(await status(whole)).toBe(200)
  })

  test('that comes twice is nobody’s (oauth2/74)', async () => {
    const { app, browser } = await loggedIn()
    const { value = '' } = browser.jar.get('__Host-login.0') ?? {}
    const cookie = `__Host-login.0=${value}`
    const ask = (header: string) => app.answer(new Request(`${origin}/maybe`, { headers: { cookie: header } }))
    expect(await (await ask(cookie)).json()).toMatchObject({ subject: 'ann' })
    for (const twice of [`${cookie}; ${cookie}`, `${cookie}; __Host-login.0=x`, `__Host-login.0=x; ${cookie}`]) {
      const answer = await ask(twice)
      expect([answer.status, await answer.json()]).toEqual([200, null])
      expect(answer.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
    }
  })

  test('has one spelling of its name (oauth2/75)', async () => {
    const { app, browser } = await loggedIn()
    const { value = '' } = browser.jar.get('__Host-login.0') ?? {}
    const names = [
      '__host-login.0',
      '__HOST-login.0',
      '__%48ost-login.0',
      'login.0',
      '__Host-login.00',
      '\u00a0__Host-login.0',
    ]
    for (const name of [...names, '\u0085__Host-login.0', '__Host-login.0 ', '__Host-login.0\t', '=__Host-login.0']) {
      const headers = { cookie: `${name}=${value}` }
      const answer = await app.answer(new Request(`${origin}/maybe`, { headers }))
      expect([name, await answer.json()]).toEqual([name, null])
    }
    for (const around of [`a=b;__Host-login.0=${value}`, `a=b; \t__Host-login.0=${value}; c`]) {
      const answer = await app.answer(new Request(`${origin}/maybe`, { headers: { cookie: around } }))
      expect(await answer.json()).toMatchObject({ subject: 'ann' })
    }
  })

  test('of another key, issuer, client or purpose is no session (oauth2/77)', async () => {
    const { browser } = await loggedIn()
    const tries = async (options: AppOptions): Promise<number> => {
      const other = loginApp(kit, options).browser()
      for (const [name, cookie] of browser.jar) other.jar.set(name, cookie)
      return status(other)
    }
    const fresh = 'another secret of the tests with more than 32 bytes'
    expect(await tries({})).toBe(200)
    expect(await tries({ session: { keys: [fresh, sessionKey] } })).toBe(200)
    expect(await tries({ session: { keys: fresh } })).toBe(401)
    expect(await tries({ clientId: 'web-par' })).toBe(401)
    expect(await tries({ issuer: 'https://other.test' })).toBe(401)
    expect(await tries({ session: { store: memoryStore() } })).toBe(401)
    const { browser: stored } = await loggedIn({ session: { store: memoryStore() } })
    const plain = loginApp(kit).browser()
    for (const [name, cookie] of stored.jar) plain.jar.set(name, cookie)
    expect(await status(plain)).toBe(401)
    // An attempt is no session either.
    const attempt = await loginApp(kit).browser().step('/auth/login')
    const [, sealed = ''] = /=([^;]+)/.exec(attempt.headers.getSetCookie()[0] ?? '') ?? []
    plain.jar.set('__Host-login.0', { name: '__Host-login.0', value: `1~${sealed}`, path: '/', expires: Infinity })
    expect(await status(plain)).toBe(401)
  })
})

function change(jar: TestBrowser['jar'], index: number, to: (value: string) => string): void {
  const name = `__Host-login.${index}`
  const cookie = jar.get(name)
  if (cookie) jar.set(name, { ...cookie, value: to(cookie.value) })
}

function swap(jar: TestBrowser['jar']): void {
  const [zero, one] = [jar.get('__Host-login.0'), jar.get('__Host-login.1')]
  if (zero && one) {
    jar.set('__Host-login.0', { ...zero, value: one.value })
    jar.set('__Host-login.1', { ...one, value: zero.value })
  }
}

function piece({ jar }: TestBrowser, index: number) {
  const cookie = jar.get(`__Host-login.${index}`)
  if (!cookie) throw new Error('no such piece')
  return cookie
}

describe.each(['cookies', 'a store'])('a session in %s', (kind) => {
  async function begun() {
    const clock = createTestClock(Date.now())
    const session = {
      idle: '10m',
      absolute: '1h',
      ...(kind === 'a store' && { store: memoryStore({ clock }) }),
    } as const
    const app = loginApp(kit, { scope: 'openid email', session }, clock)
    const browser = app.browser()
    await browser.open('/me')
    return { app, browser, clock }
  }
  /** The same, for a browser that keeps cookies for ever. */
  const forever = (browser: TestBrowser): void => {
    for (const [name, cookie] of browser.jar) browser.jar.set(name, { ...cookie, expires: Infinity })
  }

  test('ends when it was not used for a time, whatever the browser keeps (oauth2/76)', async () => {
    const { browser, clock } = await begun()
    for (let i = 0; i < 3; i++) {
      clock.advance('9m')
      forever(browser)
      expect(await status(browser)).toBe(200)
    }
    clock.advance('10m')
    forever(browser)
    expect(await status(browser)).toBe(401)
    expect(sessionCookies(browser)).toEqual([])
  })

  test('ends at its longest time, also for a browser that goes on using it (oauth2/76)', async () => {
    const { browser, clock } = await begun()
    for (let i = 0; i < 7; i++) {
      clock.advance('8m')
      forever(browser)
      expect(await status(browser)).toBe(200)
    }
    clock.advance('4m')
    forever(browser)
    expect(await status(browser)).toBe(401)
  })

  test('has a new id with every login, and the one before it is over (oauth2/71)', async () => {
    const { app, browser } = await begun()
    const before = browser.copy()
    const fixed = browser.jar.get('__Host-login.0')?.value
    await browser.open('/auth/login?return_to=/me')
    expect(browser.jar.get('__Host-login.0')?.value).not.toBe(fixed)
    expect(await status(browser)).toBe(200)
    expect(await status(before)).toBe(401)
    // Fixation: the session of an attacker, planted into the victim's browser, is not continued.
    const attacker = app.browser('bob')
    await attacker.open('/me')
    const victim = app.browser()
    for (const [name, cookie] of attacker.jar) victim.jar.set(name, cookie)
    await victim.open('/auth/login?return_to=/me')
    expect(JSON.parse((await victim.fetch('/me')).text)).toMatchObject({ subject: 'ann' })
    expect(await status(attacker)).toBe(401)
  })
})

test('a known cookie is decided about at once, within its times (oauth2/78)', async () => {
  const { app, browser } = await loggedIn({ scope: 'openid' })
  const [x] = [
    new Request(`${origin}/me`, { headers: { cookie: `__Host-login.0=${browser.jar.get('__Host-login.0')?.value}` } }),
  ]
  const answer = () => app.login(x.clone(), () => new Response('in'))
  const first = answer()
  expect(first).toBeInstanceOf(Response)
  app.clock.advance('59s')
  expect(answer()).toBeInstanceOf(Response)
  app.clock.advance('1s')
  // The time of the last request is written into the cookie, which takes a moment.
  const renewed = await answer()
  expect(renewed?.headers.getSetCookie()).toHaveLength(1)
  app.clock.advance('1h')
  const over = await answer()
  expect(over?.status).toBe(401)
})
