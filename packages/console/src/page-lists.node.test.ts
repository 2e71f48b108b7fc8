import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveRequest, http } from './page-telemetry.test-kit.ts'
import { expectSoon, openTab, serveConsole, skipChromium, startBrowser } from './page.test-kit.ts'
import { startService } from './service.test-kit.ts'
import { makeLog, makeSpan, traceId } from './telemetry.test-kit.ts'

describe.skipIf(skipChromium())('the lists in Chromium', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser?.close()
  })

  test('a request of a real service is listed within a second, and leads to its trace (console/35)', async () => {
    await using service = await startService()
    await using tab = await openTab(browser, { url: `${service.url}/_console/` })
    await tab.page.getByText('No requests yet').waitFor()
    const began = performance.now()
    await service.get('/orders/17')
    await tab.page.getByRole('link', { name: '/orders/:id /orders/17' }).waitFor()
    const took = performance.now() - began
    console.log(`a request was listed after ${took.toFixed(0)} ms`)
    expect(took).toBeLessThan(5000) // the machine may be busy

    await tab.page.getByRole('link', { name: '/orders/:id /orders/17' }).click()
    await tab.page.getByRole('heading', { name: 'GET /orders/:id' }).first().waitFor()
    await tab.page.getByRole('button', { name: 'reading an order' }).waitFor()
    expect(tab.problems).toEqual([])
  })

  test('what another service reports late stands where it began, and its call is not a request of its own (console/35)', async () => {
    await using console = await serveConsole()
    const give = (trace: number, at: number): void =>
      console.page.onSpanEnd?.(makeSpan({ trace, at, attributes: http('GET', '/stock/:id', `/stock/${trace}`, 200) }))
    give(1, 10)
    give(3, 30)
    await using tab = await openTab(browser, console)
    await expectSoon(() => tab.rows()).toHaveLength(2)
    give(2, 20)
    console.page.onSpanEnd?.(makeSpan({ trace: 4, span: 2, parent: 1, at: 41, service: 'inventory' }))
    const paths = async () => (await tab.rows()).map((row) => /\/stock\/\d|inventory/.exec(row)?.[0])
    await expectSoon(paths).toEqual(['inventory', '/stock/3', '/stock/2', '/stock/1'])
    give(4, 40)
    await expectSoon(paths).toEqual(['/stock/4', '/stock/3', '/stock/2', '/stock/1'])
  })

  test('requests are searched and narrowed, and the address keeps it (console/39)', async () => {
    await using console = await serveConsole()
    giveRequest(console, 11)
    giveRequest(console, 12, 404)
    giveRequest(console, 13, 500, 'ada')
    await using tab = await openTab(browser, console)
    await expectSoon(() => tab.rows()).toHaveLength(3)
    await tab.page.getByRole('button', { name: '4xx' }).click()
    await expectSoon(() => tab.rows()).toEqual([expect.stringContaining('/orders/12 404')])
    await tab.page.getByRole('button', { name: 'All', exact: true }).click()
    await tab.page.keyboard.press('/')
    await tab.page.keyboard.type('ADA orders/13')
    await expectSoon(() => tab.rows()).toEqual([expect.stringContaining('/orders/13 500')])
    expect(tab.page.url()).toMatch(/#\/requests\?search=ADA\+orders%2F13$/)

    await using another = await openTab(browser, console, new URL(tab.page.url()).hash)
    await expectSoon(() => another.rows()).toEqual([expect.stringContaining('/orders/13 500')])
    await tab.page.keyboard.type(' nobody')
    await tab.page.getByText('Nothing matches').waitFor()
  })

  test('log lines are searched in messages and fields, narrowed by level, and follow live (console/39)', async () => {
    await using console = await serveConsole()
    console.page.onLog?.(makeLog({ body: 'stock read', attributes: { sku: 'rope' } }))
    console.page.onLog?.(makeLog({ body: 'stock low', severity: 13, attributes: { sku: 'anchor' } }))
    await using tab = await openTab(browser, console, '#/logs')
    await expectSoon(() => tab.rows()).toHaveLength(2)
    await tab.page.getByRole('searchbox').fill('sku=anchor')
    await expectSoon(() => tab.rows()).toEqual([expect.stringContaining('warn stock low sku=anchor')])
    console.page.onLog?.(makeLog({ body: 'stock gone', severity: 17, attributes: { sku: 'anchor' } }))
    console.page.onLog?.(makeLog({ body: 'stock gone', severity: 17, attributes: { sku: 'rope' } }))
    await expectSoon(() => tab.rows()).toHaveLength(2)
    await tab.page.getByRole('button', { name: 'Error', exact: true }).click()
    await expectSoon(() => tab.rows()).toEqual([expect.stringContaining('error stock gone sku=anchor')])
  })

  test('after a restart the page says so, comes back, and shows what is there now (console/42)', async () => {
    await using console = await serveConsole()
    giveRequest(console, 11)
    await using tab = await openTab(browser, console)
    await expectSoon(() => tab.rows()).toHaveLength(1)
    await tab.page.getByText('Live').waitFor()
    await console.stop()
    await tab.page.getByText('Reconnecting').waitFor()
    expect(await tab.rows()).toHaveLength(1)
    await console.start()
    giveRequest(console, 21)
    await tab.page.getByText('Live').waitFor()
    await expectSoon(() => tab.rows()).toEqual([expect.stringContaining('/orders/21')])
    giveRequest(console, 22)
    await expectSoon(() => tab.rows()).toHaveLength(2)
  })

  test('lists are gone through by keys alone, and ? tells which (console/41)', async () => {
    await using console = await serveConsole()
    giveRequest(console, 11)
    giveRequest(console, 12)
    await using tab = await openTab(browser, console)
    await expectSoon(() => tab.rows()).toHaveLength(2)
    for (const key of ['?', 'Escape', 'j', 'j', 'k', 'j', 'Enter']) await tab.page.keyboard.press(key)
    await expectSoon(() => tab.page.url()).toContain(traceId(11))
    await tab.page.keyboard.press('2')
    await tab.page.getByRole('heading', { name: 'Logs', exact: true }).waitFor()
    await tab.page.keyboard.press('?')
    await tab.page.getByRole('dialog', { name: 'Keyboard' }).getByText('next error').waitFor()
  })
})
