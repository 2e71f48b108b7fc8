import { spawn } from 'node:child_process'
import { deviceLogin, type DeviceLoginOptions } from '@seaworthy/oauth2/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../../scripts/run.ts'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipRedis, startRedis } from '../../../test/support/redis-server.ts'
import { eventually } from '../../../test/support/serve.ts'
import { admin, bearer, password } from './testing/credentials.ts'
import { IdentifiedShop } from './testing/identified-shop.ts'
import { compileCache, RunningService, send, type Answer } from './testing/running-service.ts'
import { ScriptedBrowser } from './testing/scripted-browser.ts'

const isWithoutRedis = skipRedis()
let redis: OwnServer | undefined
let shop: IdentifiedShop
beforeAll(async () => {
  if (!isWithoutRedis) redis = await startRedis()
  shop = await IdentifiedShop.start({ PROVIDER_TOKEN_LIFE: '2s', ...(redis && { REDIS_URL: redis.url }) })
}, 60_000)
afterAll(async () => {
  for (const each of [shop, redis]) await each?.[Symbol.asyncDispose]()
})

const order = { sku: 'tea', quantity: 1 }
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: unknown): Promise<Answer> =>
  send(shop.orders.url + path, method, body, headers)
const command = (name: string, ...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, [`${import.meta.dirname}/${name}.ts`, ...args], {
    env: { ...compileCache, ...shop.settings, NODE_ENV: 'test' },
  })
const token = async (...args: string[]): Promise<string> => (await command('token', ...args)).output.trim()
/** What a script on a page of the shop gets. */
const script = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }

test('services are ready before there is a provider, and let nobody in', { timeout: 20_000 }, async () => {
  expect((await ask('/readyz')).status).toBe(200)
  const begun = await new ScriptedBrowser().open(shop.adminUrl)
  expect([begun.status, begun.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await ask('/orders', bearer('an.opaque.token'))).status).toBe(503)
  expect((await ask('/admin/keys?owner=ann', admin())).status).toBe(200)
  await shop.startProvider()
  await until(async () => (await new ScriptedBrowser().open(shop.adminUrl)).status === 200)
})

describe('a browser', () => {
  test('logs an admin in, who sees the keys and administers them', async () => {
    const browser = new ScriptedBrowser()
    const form = await browser.open(`${shop.adminUrl}?from=here`)
    const wrong = await browser.submit(form, { login: 'ann', password: 'a guess' })
    expect([wrong.status, wrong.text.includes('<h1>The shop')]).toEqual([401, false])
    await ask('/admin/keys', admin(), 'POST', { owner: '<b>carol</b>', name: 'mine' })
    const page = await browser.submit(wrong, { login: 'ann', password })
    expect([page.status, page.url.href]).toEqual([200, `${shop.adminUrl}?from=here`])
    for (const shown of ['<strong>Ann</strong>', '&lt;b&gt;carol&lt;/b&gt;', 'Log out'])
      expect(page.text).toContain(shown)
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]+=';/)
    const keys = await browser.send(`${shop.orders.url}/admin/keys?owner=ann`, { headers: script })
    expect([keys.status, keys.text]).toEqual([200, '{"keys":[]}'])
    const make = (site: string): Promise<{ status: number }> =>
      browser.send(`${shop.orders.url}/admin/keys`, {
        method: 'POST',
        body: '{"owner":"ann"}',
        headers: { ...script, 'sec-fetch-site': site, 'content-type': 'application/json' },
      })
    expect([(await make('same-origin')).status, (await make('cross-site')).status]).toEqual([201, 401])
  })

  test('shows somebody who is no admin who they are, and no more', async () => {
    const browser = await shop.browserOf('bob')
    const page = await browser.open(shop.adminUrl)
    expect([page.status, page.text.includes('Bob'), page.text.includes('carol')]).toEqual([200, true, false])
    const keys = await browser.send(`${shop.orders.url}/admin/keys?owner=ann`, { headers: script })
    expect(keys.status).toBe(403)
    // A session is for the page: orders are for tokens and keys.
    expect((await browser.send(`${shop.orders.url}/orders`, { headers: script })).status).toBe(401)
  })

  test('is not asked where a password is given, and a program is told instead of sent elsewhere', async () => {
    const page = await ask('/admin', { ...admin(), accept: 'text/html' })
    expect([page.status, page.text.includes('by a password'), page.text.includes('Log out')]).toEqual([
      200,
      true,
      false,
    ])
    expect((await ask('/admin')).status).toBe(401)
    expect((await ask('/admin', { accept: 'text/html', ...admin('admin', 'a guess') })).status).toBe(401)
  })

  test('finishes the logins of two tabs', async () => {
    const browser = new ScriptedBrowser()
    const first = await browser.open(`${shop.adminUrl}?tab=1`)
    const second = await browser.open(`${shop.adminUrl}?tab=2`)
    const pages = [
      await browser.submit(second, { login: 'ann', password }),
      await browser.submit(first, { login: 'ann', password }),
    ]
    expect(pages.map(({ status, url }) => [status, url.search])).toEqual([
      [200, '?tab=2'],
      [200, '?tab=1'],
    ])
  })

  test('has its session refreshed, again and again', { timeout: 20_000 }, async () => {
    const browser = await shop.browserOf('ann')
    const refreshed = (): number =>
      shop.orders.lines.filter(({ msg }) => /POST [\d.:]+\/token 200/.test(String(msg))).length
    const before = refreshed()
    const goesOn = async (): Promise<boolean> => {
      expect((await browser.send(shop.adminUrl)).status).toBe(200)
      return refreshed() >= before + 2
    }
    await until(goesOn)
  })

  test('logs out here and at the provider, and a copy of its cookie is of no use', async () => {
    const browser = await shop.browserOf('ann')
    const page = await browser.open(shop.adminUrl)
    const copy = browser.copy()
    const forged = await browser.copy().send(`${shop.orders.url}/auth/logout`, {
      method: 'POST',
      headers: { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
    })
    expect(forged.status).toBe(403)
    expect((await copy.send(shop.adminUrl)).status).toBe(200)
    const question = await browser.submit(page)
    expect(question.url.origin).toBe(shop.provider.url)
    const end = await browser.submit(question, { logout: 'yes' })
    expect([end.status, end.url.pathname]).toEqual([200, '/goodbye'])
    for (const each of [browser, copy]) {
      const again = await each.open(shop.adminUrl)
      expect([again.url.origin, again.text.includes('name="password"')]).toEqual([shop.provider.url, true])
    }
  })

  test('is logged out when its session ends at the provider', { timeout: 20_000 }, async () => {
    const browser = await shop.browserOf('ann')
    const question = await browser.open(`${shop.provider.url}/session/end`)
    await browser.submit(question, { logout: 'yes' })
    const isOut = async (): Promise<boolean> => (await browser.send(shop.adminUrl)).status === 303
    await until(isOut)
  })
})

describe('programs', () => {
  test('pnpm run token prints tokens that the services take', { timeout: 20_000 }, async () => {
    const placed = await ask('/orders', bearer(await token()), 'POST', order)
    expect(placed.status).toBe(201)
    const cancel = async (...args: string[]): Promise<number> =>
      (await ask(`/orders/${String(placed.body['id'])}/cancel`, bearer(await token('--', ...args)), 'POST')).status
    expect([await cancel(), await cancel('--scope', 'orders:write')]).toEqual([403, 200])
    const stock = await send(`${shop.inventory.url}/inventory`, 'GET', undefined, bearer(await token('--service')))
    expect(stock.status).toBe(200)
    const mistaken = await command('token', '--nonsense')
    expect([mistaken.code, mistaken.output]).toEqual([
      1,
      expect.stringMatching(/Unknown option '--nonsense'[\s\S]*--scope/),
    ])
  })

  test('pnpm traffic drives the shop with requests like those of people', { timeout: 20_000 }, async () => {
    const { code, output } = await command('traffic', '--rate', '50', '--seconds', '2')
    expect([code, output.match(/no answer/)]).toEqual([0, null])
    expect(output).toMatch(/\d+ requests .*200: \d+ .*201: \d+/)
  })

  test('an opaque token is asked about', async () => {
    const opaque = await token('--opaque')
    expect(opaque).not.toContain('.')
    expect((await ask('/orders', bearer(opaque))).status).toBe(200)
    expect((await ask('/orders', bearer(`${opaque.slice(0, -4)}AAAA`))).status).toBe(401)
  })

  test('pnpm run login prints a code, waits, and prints a line that calls the shop', { timeout: 30_000 }, async () => {
    const terminal = spawn(process.execPath, [`${import.meta.dirname}/login.ts`], {
      env: { PATH: process.env['PATH'], ...compileCache, ...shop.settings, NODE_ENV: 'test' },
    })
    let [told, printed] = ['', '']
    terminal.stderr.on('data', (chunk) => (told += String(chunk)))
    terminal.stdout.on('data', (chunk) => (printed += String(chunk)))
    const ended = new Promise((resolve) => terminal.once('exit', resolve))
    const address = (): string | undefined => /or open (\S+)/.exec(told)?.[1]
    await eventually(() => address() !== undefined, 'the code', 10_000)
    await approve(address() ?? '', 'bob')
    expect(await ended).toBe(0)
    const [, credential = '', url] = /^curl -H 'authorization: Bearer (\S+)' (\S+)\n$/.exec(printed) ?? []
    expect(url).toBe(`${shop.orders.url}/orders`)
    expect((await ask('/orders', bearer(credential), 'POST', order)).status).toBe(201)
    expect(told).not.toContain(credential)
  })

  test('a token that is bound to a key is of no use without it', async () => {
    const account = await loggedIn('ann', { dpop: true })
    expect((await account.fetch(`${shop.orders.url}/orders`)).status).toBe(200)
    const stolen = await account.accessToken()
    expect((await ask('/orders', bearer(stolen))).status).toBe(401)
    expect((await ask('/orders', { authorization: `DPoP ${stolen}` })).status).toBe(401)
  })

  test('clients find the provider by the address of orders alone', async () => {
    const { body } = await ask('/.well-known/oauth-protected-resource')
    expect(body).toMatchObject({ resource: shop.orders.url, authorization_servers: [shop.provider.url] })
  })
})

describe.skipIf(isWithoutRedis)('several instances on one Redis', () => {
  let other: RunningService
  beforeAll(async () => {
    other = await shop.anotherInstance()
  }, 60_000)
  afterAll(() => other?.[Symbol.asyncDispose]())

  test('know the sessions of one another, and end them', async () => {
    const browser = await shop.browserOf('ann')
    browser.alsoAt(shop.orders.url, other.url)
    const copy = browser.copy()
    const page = await browser.send(`${other.url}/admin`)
    expect([page.status, page.text.includes('Ann')]).toEqual([200, true])
    const headers = { origin: shop.orders.url }
    expect((await browser.send(`${other.url}/auth/logout`, { method: 'POST', headers })).status).toBe(303)
    for (const { url } of [shop.orders, other]) expect((await copy.send(`${url}/admin`)).status).toBe(303)
  })

  test('remember the proofs that another one has seen', async () => {
    let sent: Headers | undefined
    const spying: typeof fetch = Object.assign(
      (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
        if (String(input).endsWith('/orders')) sent = new Headers(init?.headers)
        return fetch(input, init)
      },
      { preconnect: () => undefined },
    )
    const account = await loggedIn('ann', { dpop: true, fetch: spying })
    expect((await account.fetch(`${shop.orders.url}/orders`)).status).toBe(200)
    const again = await fetch(`${other.url}/orders`, { headers: sent ?? {} })
    expect([again.status, again.headers.get('www-authenticate')?.includes('invalid_dpop_proof')]).toEqual([401, true])
  })

  test('let nobody in by a session or a proof while Redis is down, and all others', { timeout: 20_000 }, async () => {
    const browser = await shop.browserOf('ann')
    const account = await loggedIn('ann', { dpop: true })
    const token = await shop.token('tools')
    await redis?.stop()
    expect((await browser.send(shop.adminUrl)).status).toBe(503)
    expect((await account.fetch(`${shop.orders.url}/orders`)).status).toBe(503)
    expect((await ask('/orders', bearer(token))).status).toBe(200)
    expect((await ask('/admin/keys?owner=ann', admin())).status).toBe(200)
    await redis?.start()
    await until(async () => (await new ScriptedBrowser().open(shop.adminUrl)).status === 200)
    await until(async () => (await shop.logIn(new ScriptedBrowser(), 'ann')).status === 200)
  })
})

describe('while the provider is gone', () => {
  let browser: ScriptedBrowser
  let late: ScriptedBrowser
  let callback: URL
  let jwt: string
  let opaque: string

  beforeAll(async () => {
    browser = await shop.browserOf('ann')
    ;[jwt, opaque] = await Promise.all([shop.token('tools'), shop.token('partner')])
    // Somebody who has proved at the provider who they are, and is on the way back.
    late = new ScriptedBrowser()
    const form = await late.open(shop.adminUrl)
    callback = (await late.submit(form, { login: 'ann', password }, `${shop.orders.url}/auth/callback`)).url
  }, 20_000)

  test('one that hangs holds up nobody who needs it not', { timeout: 20_000 }, async () => {
    shop.provider.signal('SIGSTOP')
    const begun = new ScriptedBrowser().open(shop.adminUrl)
    const start = performance.now()
    expect((await ask('/orders', bearer(jwt), 'POST', order)).status).toBe(201)
    expect(performance.now() - start).toBeLessThan(1_500)
    expect((await begun).status).toBe(503)
    await shop.provider.end('SIGKILL')
  })

  test('sessions, tokens and calls of inventory go on', { timeout: 20_000 }, async () => {
    expect((await ask('/orders', bearer(jwt), 'POST', order)).status).toBe(201)
    // Longer than its access token.
    const end = performance.now() + 3_000
    while (performance.now() < end) {
      expect((await browser.send(shop.adminUrl)).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })

  test('nobody is let in', { timeout: 20_000 }, async () => {
    expect((await ask('/orders', bearer(opaque))).status).toBe(503)
    expect((await ask('/orders', bearer('guessed'))).status).toBe(503)
    const begun = await new ScriptedBrowser().open(shop.adminUrl)
    expect([begun.status, begun.text.includes('unavailable')]).toEqual([503, true])
    const back = await late.send(callback)
    expect([back.status, back.text.includes('unavailable')]).toEqual([503, true])
    expect((await late.send(shop.adminUrl)).status).toBe(303)
    const printed = await command('token')
    expect([printed.code, printed.output.split('\n').length]).toEqual([1, 2])
    expect(printed.output).toMatch(/^token: .*issuer|provider/)
  })

  test('who logs out is out', async () => {
    const leaving = browser.copy()
    const out = await leaving.send(`${shop.orders.url}/auth/logout`, {
      method: 'POST',
      headers: { origin: shop.orders.url },
    })
    expect(out.status).toBe(303)
    expect((await browser.send(shop.adminUrl)).status).toBe(303)
  })

  test('a provider that is back is used, and the tokens of before are good', { timeout: 20_000 }, async () => {
    await shop.startProvider()
    expect((await ask('/orders', bearer(jwt))).status).toBe(200)
    const again = async (): Promise<boolean> => (await new ScriptedBrowser().open(shop.adminUrl)).status === 200
    await until(again)
    expect((await (await shop.browserOf('bob')).open(shop.adminUrl)).status).toBe(200)
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('not within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Enters a code in somebody's browser. */
async function approve(address: string, login: 'ann' | 'bob'): Promise<void> {
  const browser = new ScriptedBrowser()
  const confirm = await browser.open(address)
  const form = await browser.submit(confirm, { confirm: 'yes' })
  const done = await browser.submit(form, { login, password })
  if (done.status !== 200) throw new Error(`The code was answered with ${done.status}: ${done.text}`)
}

/** A login on a device that does not wait long. */
function loggedIn(login: 'ann' | 'bob', options: Partial<DeviceLoginOptions>) {
  const device = deviceLogin({
    issuer: shop.provider.url,
    clientId: 'shop-cli',
    scope: ['openid', 'orders:write'],
    parameters: { audience: 'orders' },
    clock: { now: Date.now, wait: () => new Promise((resolve) => setTimeout(resolve, 20)) },
    ...options,
  })
  return device.login({ prompt: ({ verificationUriComplete = '' }) => approve(verificationUriComplete, login) })
}
