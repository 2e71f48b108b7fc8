import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipWithout } from '../../../test/support/own-server.ts'
import { admin, password } from './testing/credentials.ts'
import { IdentifiedShop } from './testing/identified-shop.ts'
import { send } from './testing/running-service.ts'

const binary = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

describe.skipIf(skipWithout('chromium', binary !== undefined))('in a real browser', () => {
  let shop: IdentifiedShop
  let browser: Browser
  let address: string
  beforeAll(async () => {
    ;[shop, browser] = await Promise.all([
      IdentifiedShop.start(),
      chromium.launch({ ...(binary && { executablePath: binary }), args: ['--no-sandbox'] }),
    ])
    await shop.startProvider()
    // By another name than the provider, as the banner has it: two sites.
    address = shop.orders.url.replace('127.0.0.1', 'localhost')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await shop?.[Symbol.asyncDispose]()
  })

  async function opened(): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
    const context = await browser.newContext()
    const complaints: string[] = []
    context.on('console', (message) => complaints.push(message.text()))
    context.on('weberror', (error) => complaints.push(error.error().message))
    return { context, page: await context.newPage(), complaints }
  }

  async function fillIn(page: Page, login: string): Promise<void> {
    await page.fill('[name=login]', login)
    await page.fill('[name=password]', password)
    await page.click('button')
  }

  test('somebody logs in, sees the keys, and logs out', async () => {
    await send(`${shop.orders.url}/admin/keys`, 'POST', { owner: 'carol' }, admin())
    const { context, page, complaints } = await opened()
    await page.goto(`${address}/admin`)
    expect(new URL(page.url()).origin).toBe(shop.provider.url)
    await fillIn(page, 'ann')
    await page.waitForURL(`${address}/admin`)
    expect(await page.textContent('strong')).toBe('Ann')
    expect(await page.textContent('table')).toContain('carol')
    const font = await page.evaluate<string>('getComputedStyle(document.body).fontFamily')
    expect(font).toContain('system-ui')
    const cookie = (await context.cookies(address)).find(({ name }) => name === '__Host-login.0')
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })
    expect(complaints).toEqual([])

    await page.click('button:text("Log out")')
    await page.click('button:text("Yes, sign me out")')
    await page.waitForURL(`${address}/goodbye`)
    expect((await context.cookies(address)).map(({ name }) => name)).not.toContain('__Host-login.0')
    await page.click('text=Log in again')
    await page.locator('[name=password]').waitFor()
    await context.close()
  })

  test('two tabs log in side by side, and a logout in one is one in both', async () => {
    const { context, page: first } = await opened()
    const second = await context.newPage()
    await first.goto(`${address}/admin?tab=1`)
    await second.goto(`${address}/admin?tab=2`)
    for (const [page, tab] of [
      [second, 2],
      [first, 1],
    ] as const) {
      await fillIn(page, 'bob')
      await page.waitForURL(`${address}/admin?tab=${tab}`)
      expect(await page.textContent('strong')).toBe('Bob')
    }
    await first.click('button:text("Log out")')
    await first.click('button:text("Yes, sign me out")')
    await first.waitForURL(`${address}/goodbye`)
    await second.reload()
    expect(new URL(second.url()).origin).toBe(shop.provider.url)
    await context.close()
  })
})
