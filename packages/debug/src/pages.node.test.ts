import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipWithout } from '../../../test/support/own-server.ts'
import { serve } from '../../../test/support/serve.ts'
import { keepBusy } from './busy.test-kit.ts'
import { debugApp } from './debug-app.test-kit.ts'

const binary = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

describe.skipIf(skipWithout('chromium', binary !== undefined))('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ ...(binary && { executablePath: binary }), args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())

  /** A page, what it has fetched, and what it has complained of. */
  async function open(url: string): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
    const [requests, complaints]: [string[], string[]] = [[], []]
    page.on('request', (request) => requests.push(request.url()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(url)
    return { page, requests, complaints }
  }

  test('the flame graph is drawn, zooms and finds (debug/25) (debug/6)', async () => {
    const { app } = debugApp({ authorize: 'loopback' })
    await using server = await serve(app.fetch)
    using _ = keepBusy()
    const url = `${server.url}/debug/flame?seconds=0.5`
    const { page, requests, complaints } = await open(url)
    const frames = page.locator('.flame button')
    await frames.first().waitFor()
    const all = await frames.count()
    expect(all).toBeGreaterThan(2)
    expect(await page.locator('.recording').isVisible()).toBe(false)

    await page.fill('#search', 'countWaves')
    expect(await page.locator('.flame .found').count()).toBeGreaterThan(0)
    await page.locator('.flame .found').first().click()
    const focused = (): Promise<string | null> => page.evaluate('document.activeElement.textContent')
    expect(await focused()).toBe('countWaves')
    expect(await page.locator('#status').textContent()).toMatch(
      /countWaves — [\d.]+ ms, [\d.]+ % .*busy\.test-kit\.ts:\d+/,
    )
    const [zoomed, whole] = [
      await page.locator('.flame .found').first().boundingBox(),
      await page.locator('.flame').boundingBox(),
    ]
    expect(zoomed?.width).toBeCloseTo(whole?.width ?? 0, 0)
    await page.keyboard.press('ArrowUp')
    expect(await focused()).toBe('sail')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('countWaves')
    await page.keyboard.press('Escape')
    expect(await frames.count()).toBe(all)
    expect(requests).toEqual([url])
    expect(complaints).toEqual([])
  })

  test('the forms of the index change the level (debug/25) (debug/38) (debug/6)', async () => {
    const { app, watch } = debugApp({ authorize: 'loopback' })
    await using server = await serve(app.fetch)
    const { page, complaints } = await open(`${server.url}/debug`)
    await page.selectOption('select[name=level]', 'error')
    await page.fill('input[name=route]', '/orders/:id')
    await page.click('button:text("Change")')
    expect(page.url()).toBe(`${server.url}/debug`)
    expect(watch.control.levels()).toMatchObject([{ level: 'error', route: '/orders/:id' }])
    await page.click('button:text("Take back")')
    expect(watch.control.levels()).toEqual([])
    expect(await page.locator('button:text("Take back")').count()).toBe(0)
    expect(complaints).toEqual([])
  })
})
