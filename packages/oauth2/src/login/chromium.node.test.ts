import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agree, serveLogin, skipChromium, startChromium, type ServedLogin } from './chromium.test-kit.ts'

const status = (page: Page, path: string): Promise<unknown> =>
  page.evaluate(`fetch(${JSON.stringify(path)}).then((answer) => answer.status)`)
const texts = (page: Page, path: string, times: number): Promise<unknown> =>
  page.evaluate(
    `Promise.all(Array.from({ length: ${times} }, () => fetch(${JSON.stringify(path)}).then((answer) => answer.text())))`,
  )

describe.skipIf(skipChromium())('in Chromium', () => {
  let browser: Browser
  let service: ServedLogin
  let context: BrowserContext

  beforeAll(async () => {
    browser = await startChromium()
    service = await serveLogin('a store')
  })
  afterAll(async () => {
    await browser?.close()
    await service?.[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context.close())

  async function loggedIn({ url } = service): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${url}/me`)
    await agree(page, url)
    expect(await page.locator('h1').innerText()).toBe('ann')
    return page
  }

  test('a logout at the provider ends the session here (oauth2/100)', async () => {
    // First, as the clock of the service is moved on by the others, and the provider’s is not.
    const page = await loggedIn()
    const other = await context.newPage()
    await other.goto(`${service.kit.issuer}/session/end?client_id=web`)
    await Promise.all([other.waitForNavigation(), other.locator('button[value=yes]').click()])
    expect(await status(page, '/me')).toBe(401)
    await page.reload()
    expect(await page.locator('input[name=login]').count()).toBe(1)
  })

  test('two tabs log in at the same time, and each comes back to its own page (oauth2/100)', async () => {
    const [one, two] = [await context.newPage(), await context.newPage()]
    await Promise.all([one.goto(`${service.url}/me?tab=1`), two.goto(`${service.url}/me?tab=2`)])
    await agree(one, service.url)
    await agree(two, service.url)
    expect(await one.locator('h1').innerText()).toBe('ann ?tab=1')
    expect(await two.locator('h1').innerText()).toBe('ann ?tab=2')
    const cookies = await context.cookies(service.url)
    expect(cookies.map(({ name }) => name)).toEqual(['__Host-login.0'])
    expect(cookies[0]).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
    })
    expect(await one.evaluate('document.cookie')).toBe('')
  })

  test('a refresh while two tabs ask at once is one, with a store and with cookies alone (oauth2/100)', async () => {
    await using plain = await serveLogin('cookies')
    for (const each of [service, plain]) {
      const [one, two] = [await loggedIn(each), await context.newPage()]
      await two.goto(`${each.url}/me`)
      const asked = each.kit.count('POST /token')
      const [before] = [await texts(one, '/token', 1)].flat()
      each.clock.advance('299s')
      const both = (await Promise.all([texts(one, '/token', 3), texts(two, '/token', 3)])).flat()
      expect(new Set(both).size).toBe(1)
      expect(both[0]).not.toBe(before)
      expect(each.kit.count('POST /token')).toBe(asked + 1)
      expect(await status(one, '/me')).toBe(200)
      await context.clearCookies()
    }
  })

  test('a logout ends the session in all tabs (oauth2/100)', async () => {
    const [one, two] = [await loggedIn(), await context.newPage()]
    await two.goto(`${service.url}/me`)
    await Promise.all([one.waitForNavigation(), one.getByRole('button', { name: 'Leave' }).click()])
    expect(one.url()).toContain(`${service.kit.issuer}/session/end`)
    expect(await status(two, '/me')).toBe(401)
    await Promise.all([one.waitForURL(`${service.url}/`), one.locator('button[value=yes]').click()])
    expect(await context.cookies(service.url)).toEqual([])
    await two.goto(`${service.url}/me`)
    expect(await two.locator('input[name=login]').count()).toBe(1)
  })

  test('a session that is over leads to the provider, and scripts are told (oauth2/100)', async () => {
    const page = await loggedIn()
    service.clock.advance('10m')
    expect(await status(page, '/me')).toBe(401)
    expect(await context.cookies(service.url)).toEqual([])
    await page.goto(`${service.url}/me?again`)
    await agree(page, service.url)
    expect(await page.locator('h1').innerText()).toBe('ann ?again')
  })

  test('another site can cause nothing in somebody’s name (oauth2/100)', async () => {
    const page = await loggedIn()
    const other = await context.newPage()
    await other.goto(`${service.kit.issuer}/.well-known/openid-configuration`)
    const form = `const form = document.body.appendChild(document.createElement('form'))
      form.method = 'post'
      form.action = '${service.url}/auth/logout'
      form.submit()`
    const [answer] = await Promise.all([
      other.waitForResponse((response) => response.url().endsWith('/auth/logout')),
      other.evaluate(form),
    ])
    expect(answer.status()).toBe(403)
    expect(await status(page, '/me')).toBe(200)
  })
})
