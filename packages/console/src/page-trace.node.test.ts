import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveRequest, giveTrace } from './page-telemetry.test-kit.ts'
import { expectSoon, openTab, serveConsole, skipChromium, startBrowser } from './page.test-kit.ts'
import { makeSpan, spanId, traceId } from './telemetry.test-kit.ts'

describe.skipIf(skipChromium())('a trace in Chromium', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser?.close()
  })

  test('a waterfall nests the spans of two services, with bars and durations as they were (console/36)', async () => {
    await using console = await serveConsole()
    giveTrace(console)
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}?logs=0`)
    await tab.page.locator('tr.row-span').first().waitFor()
    const bars = await tab.page.evaluate<unknown>(
      `[...document.querySelectorAll('tr.row-span')].map((row) => [
        row.getAttribute('aria-level'),
        row.querySelector('.what').textContent,
        row.querySelector('.span-length').textContent,
        row.querySelector('.bar').style.left,
        row.querySelector('.bar').style.width,
      ])`,
    )
    expect(bars).toEqual([
      ['1', 'POST /orders', '100 ms', '0%', '100%'],
      ['2', 'POST', '60.0 ms', '20%', '60%'],
      ['3', 'POST /stock', '50.0 ms', '25%', '50%'],
      ['4', 'SELECT stock', '10.0 ms', '30%', '10%'],
    ])
    const services = await tab.page.locator('tr.row-span .of').allTextContents()
    expect(services).toEqual(['orders', 'orders', 'inventory', 'inventory'])
  })

  test('a branch folds and unfolds, and the keys go through the rows (console/36) (console/41)', async () => {
    await using console = await serveConsole()
    giveTrace(console)
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}?logs=0`)
    const names = tab.page.locator('tr.row-span .what')
    await names.first().waitFor()
    await tab.page.keyboard.press('j')
    await tab.page.keyboard.press('j')
    await tab.page.getByRole('complementary', { name: 'POST', exact: true }).waitFor()
    await tab.page.keyboard.press('ArrowLeft')
    await expectSoon(() => names.allTextContents()).toEqual(['POST /orders', 'POST'])
    await tab.page.keyboard.press('ArrowRight')
    await expectSoon(() => names.count()).toBe(4)
    await tab.page.keyboard.press('Escape')
    await tab.page.keyboard.press('Escape')
    await tab.page.getByRole('heading', { name: 'Requests' }).waitFor()
  })

  test('spans without their parents, and spans in a circle, have a row each (console/36)', async () => {
    await using console = await serveConsole()
    for (const [span, parent] of [
      [1, 2],
      [2, 3],
      [3, 1],
      [4, 4],
      [5, 99],
    ] as const) {
      console.page.onSpanEnd?.(makeSpan({ trace: 1, span, parent, name: `span ${span}`, at: span }))
    }
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}`)
    await expectSoon(() => tab.page.locator('tr.row-span').count()).toBe(5)
    const names = await tab.page.locator('tr.row-span .what').allTextContents()
    expect(names.toSorted()).toEqual(['span 1', 'span 2', 'span 3', 'span 4', 'span 5'])
    await tab.page.locator('tr', { hasText: 'span 5' }).getByText('parent not here').waitFor()
    expect(tab.problems).toEqual([])
  })

  test('a part of the time is chosen by dragging, and z shows everything again (console/36)', async () => {
    await using console = await serveConsole()
    giveTrace(console)
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}`)
    const ruler = tab.page.locator('th .lane')
    const room = await ruler.boundingBox()
    if (room === null) throw new Error('there is no ruler')
    await tab.page.mouse.move(room.x + room.width * 0.25, room.y + 10)
    await tab.page.mouse.down()
    await tab.page.mouse.move(room.x + room.width * 0.75, room.y + 10, { steps: 4 })
    await tab.page.mouse.up()
    const widths = () =>
      tab.page.evaluate<string[]>(`[...document.querySelectorAll('.bar')].map((bar) => bar.style.width)`)
    await expectSoon(async () => (await widths()).map((width) => Math.round(Number.parseFloat(width)))).toEqual([
      100, 100, 100, 20,
    ])
    expect(await tab.page.locator('tr.row-log').count()).toBe(1) // the other was written before that time
    await tab.page.keyboard.press('z')
    await expectSoon(widths).toEqual(['100%', '60%', '50%', '10%'])
  })

  test('the log lines of a trace stand in their place, and no others (console/37)', async () => {
    await using console = await serveConsole()
    giveTrace(console)
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}`)
    await tab.page.locator('tr.row-log').first().waitFor()
    const rows = await tab.page.locator('.waterfall .what').allTextContents()
    expect(rows).toEqual([
      'POST /orders',
      'order received',
      'POST',
      'POST /stock',
      'SELECT stock',
      'reservation failed',
    ])
    const moments = await tab.page
      .locator('.moment')
      .evaluateAll((all) => all.map((each) => each.getAttribute('style')))
    expect(moments).toEqual(['left: 5%;', 'left: 61%;'])
    await tab.page.getByRole('button', { name: 'order received' }).click()
    const panel = tab.page.getByRole('complementary', { name: 'Log line' })
    await panel.getByText('lines', { exact: true }).waitFor()
    expect(await panel.innerText()).toContain('order received')
    await tab.page.getByRole('checkbox', { name: '2 log lines' }).click()
    await expectSoon(() => tab.page.locator('tr.row-log').count()).toBe(0)
  })

  test('an error is told above the waterfall, and its span shows the stack (console/38)', async () => {
    await using console = await serveConsole()
    giveTrace(console)
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}`)
    await tab.page.getByRole('button', { name: '2 errors TypeError: no pump inventory' }).click()
    const shown = tab.page.getByRole('complementary', { name: 'POST /stock' })
    expect(await shown.locator('.exception strong').innerText()).toBe('TypeError: no pump')
    const frames = await shown
      .locator('.frame')
      .evaluateAll((all) => all.map((each) => [each.textContent?.trim(), each.className]))
    expect(frames).toEqual([
      ['at reserve (/srv/reserve.ts:41:23)', 'frame'],
      ['at run (/srv/node_modules/hono/run.js:1:2)', 'frame foreign'],
    ])
    expect(await shown.innerText()).toContain('http.response.status_code')
  })

  test('a trace opens by its address in a fresh tab, with the span that it names (console/40)', async () => {
    await using console = await serveConsole()
    giveTrace(console)
    await using tab = await openTab(browser, console, `#/traces/${traceId(1)}?span=${spanId(4)}`)
    await tab.page.getByRole('complementary', { name: 'SELECT stock' }).waitFor()
    expect(await tab.page.title()).toBe('Trace 00000000 · orders')
    await using lost = await openTab(browser, console, `#/traces/${traceId(77)}`)
    await lost.page.getByText('This trace is not here').waitFor()
    giveRequest(console, 77)
    await lost.page.getByRole('button', { name: 'GET /orders/:id' }).waitFor()
  })

  test('ten thousand spans are drawn, scrolled, searched and folded without long pauses (console/44)', async () => {
    await using console = await serveConsole()
    for (let span = 2; span <= 10_000; span += 1) {
      const parent = span < 20 ? 1 : Math.floor(span / 8)
      console.page.onSpanEnd?.(
        makeSpan({ trace: 1, span, parent, kind: 'internal', name: `step ${span}`, at: span / 2, ms: 40 }),
      )
    }
    console.page.onSpanEnd?.(makeSpan({ trace: 1, span: 1, at: 0, ms: 5100 }))
    await using tab = await openTab(browser, console, '#/health')
    await tab.page.getByRole('heading', { name: 'Health', exact: true }).waitFor()
    await tab.page.evaluate(`longTasks = []; new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration)
    }).observe({ type: 'longtask' })`)
    await tab.page.evaluate(`location.hash = '#/traces/${traceId(1)}'`)
    await tab.page.getByText('10,000 spans').waitFor()
    expect(await tab.page.locator('.waterfall tbody tr').count()).toBeLessThan(80)
    for (let turn = 0; turn < 10; turn += 1) await tab.page.keyboard.press('PageDown')
    await tab.page.keyboard.press('End')
    await expectSoon(() => tab.page.locator('tr.open').getAttribute('aria-rowindex')).toBe('10001')
    await tab.page.getByRole('searchbox').fill('step 9999')
    await tab.page.getByText('1 found').waitFor()
    await tab.page.keyboard.press('Enter')
    await tab.page.getByRole('complementary', { name: 'step 9999' }).waitFor()
    const tasks = await tab.page.evaluate<number[]>('longTasks')
    const longest = Math.max(0, ...tasks)
    globalThis.console.log(`10,000 spans: ${tasks.length} long tasks, the longest ${longest.toFixed(0)} ms`)
    expect(longest).toBeLessThan(2000)
  })
})
