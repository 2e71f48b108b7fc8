import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTab, serveConsole, type ServedConsole, skipChromium, startBrowser } from './page.test-kit.ts'
import { startService } from './service.test-kit.ts'
import { makeLog, makeSpan, spanId, traceId } from './telemetry.test-kit.ts'

const stack =
  'TypeError: no pump\n    at reserve (/srv/reserve.ts:41:23)\n    at run (/srv/node_modules/hono/run.js:1:2)'
const http = (method: string, route: string, path: string, status: number, user?: string) => ({
  'http.request.method': method,
  'http.route': route,
  'url.path': path,
  'http.response.status_code': status,
  ...(user === undefined ? {} : { 'user.id': user }),
})

/** `orders` is asked for, asks `inventory`, and `inventory` fails: 100 ms in all, and log lines of both. */
function giveTrace({ page }: ServedConsole): void {
  const failed = { code: 2, message: 'no pump' }
  const exception = {
    name: 'exception',
    time: makeSpan({ at: 60 }).startTime,
    attributes: { 'exception.type': 'TypeError', 'exception.message': 'no pump', 'exception.stacktrace': stack },
  }
  page.onSpanEnd?.(
    makeSpan({
      trace: 1,
      span: 3,
      parent: 2,
      service: 'inventory',
      name: 'POST /stock',
      at: 25,
      ms: 50,
      status: failed,
      events: [exception],
      attributes: http('POST', '/stock', '/stock', 500),
    }),
  )
  page.onSpanEnd?.(
    makeSpan({
      trace: 1,
      span: 4,
      parent: 3,
      service: 'inventory',
      name: 'SELECT stock',
      kind: 'client',
      at: 30,
      ms: 10,
    }),
  )
  page.onSpanEnd?.(
    makeSpan({ trace: 1, span: 2, parent: 1, name: 'POST', kind: 'client', at: 20, ms: 60, status: failed }),
  )
  page.onSpanEnd?.(
    makeSpan({
      trace: 1,
      span: 1,
      name: 'POST /orders',
      at: 0,
      ms: 100,
      attributes: http('POST', '/orders', '/orders', 502, 'ada'),
    }),
  )
  page.onLog?.(makeLog({ trace: 1, span: 1, at: 5, body: 'order received', attributes: { lines: 3 } }))
  page.onLog?.(makeLog({ trace: 1, span: 3, at: 61, severity: 17, service: 'inventory', body: 'reservation failed' }))
  page.onLog?.(makeLog({ trace: 2, span: 9, at: 5, body: 'of another request' }))
}

function giveRequest({ page }: ServedConsole, number: number, status = 200, user = 'grace'): void {
  const path = `/orders/${number}`
  page.onSpanEnd?.(
    makeSpan({ trace: number, name: 'GET /orders/:id', attributes: http('GET', '/orders/:id', path, status, user) }),
  )
}

describe.skipIf(skipChromium())('in Chromium', () => {
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
    expect(performance.now() - began).toBeLessThan(2000)

    await tab.page.getByRole('link', { name: '/orders/:id /orders/17' }).click()
    await tab.page.getByRole('heading', { name: 'GET /orders/:id' }).first().waitFor()
    await tab.page.getByRole('button', { name: 'reading an order' }).waitFor()
    expect(tab.problems).toEqual([])
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
    await expect.poll(() => names.allTextContents()).toEqual(['POST /orders', 'POST'])
    await tab.page.keyboard.press('ArrowRight')
    await expect.poll(() => names.count()).toBe(4)
    await tab.page.keyboard.press('Escape')
    await tab.page.keyboard.press('Escape')
    await tab.page.getByRole('heading', { name: 'Requests' }).waitFor()
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
    await expect.poll(() => tab.page.locator('tr.row-log').count()).toBe(0)
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

  test('requests are searched and narrowed, and the address keeps it (console/39)', async () => {
    await using console = await serveConsole()
    giveRequest(console, 11)
    giveRequest(console, 12, 404)
    giveRequest(console, 13, 500, 'ada')
    await using tab = await openTab(browser, console)
    await expect.poll(() => tab.rows()).toHaveLength(3)
    await tab.page.getByRole('button', { name: '4xx' }).click()
    await expect.poll(() => tab.rows()).toEqual([expect.stringContaining('/orders/12 404')])
    await tab.page.getByRole('button', { name: 'All', exact: true }).click()
    await tab.page.keyboard.press('/')
    await tab.page.keyboard.type('ADA orders/13')
    await expect.poll(() => tab.rows()).toEqual([expect.stringContaining('/orders/13 500')])
    expect(tab.page.url()).toMatch(/#\/requests\?search=ADA\+orders%2F13$/)

    await using another = await openTab(browser, console, new URL(tab.page.url()).hash)
    await expect.poll(() => another.rows()).toEqual([expect.stringContaining('/orders/13 500')])
    await tab.page.keyboard.type(' nobody')
    await tab.page.getByText('Nothing matches').waitFor()
  })

  test('log lines are searched in messages and fields, narrowed by level, and follow live (console/39)', async () => {
    await using console = await serveConsole()
    console.page.onLog?.(makeLog({ body: 'stock read', attributes: { sku: 'rope' } }))
    console.page.onLog?.(makeLog({ body: 'stock low', severity: 13, attributes: { sku: 'anchor' } }))
    await using tab = await openTab(browser, console, '#/logs')
    await expect.poll(() => tab.rows()).toHaveLength(2)
    await tab.page.getByRole('searchbox').fill('sku=anchor')
    await expect.poll(() => tab.rows()).toEqual([expect.stringContaining('warn stock low sku=anchor')])
    console.page.onLog?.(makeLog({ body: 'stock gone', severity: 17, attributes: { sku: 'anchor' } }))
    console.page.onLog?.(makeLog({ body: 'stock gone', severity: 17, attributes: { sku: 'rope' } }))
    await expect.poll(() => tab.rows()).toHaveLength(2)
    await tab.page.getByRole('button', { name: 'Error', exact: true }).click()
    await expect.poll(() => tab.rows()).toEqual([expect.stringContaining('error stock gone sku=anchor')])
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

  test('after a restart the page says so, comes back, and shows what is there now (console/42)', async () => {
    await using console = await serveConsole()
    giveRequest(console, 11)
    await using tab = await openTab(browser, console)
    await expect.poll(() => tab.rows()).toHaveLength(1)
    await tab.page.getByText('Live').waitFor()
    await console.stop()
    await tab.page.getByText('Reconnecting').waitFor()
    expect(await tab.rows()).toHaveLength(1)
    await console.start()
    giveRequest(console, 21)
    await tab.page.getByText('Live').waitFor()
    await expect.poll(() => tab.rows()).toEqual([expect.stringContaining('/orders/21')])
    giveRequest(console, 22)
    await expect.poll(() => tab.rows()).toHaveLength(2)
  })

  test('whatever a client sends is shown as text, and nothing leaves the origin (console/43)', async () => {
    const canary = `"'><img src=https://evil.example/x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>`
    await using console = await serveConsole({
      routes: () => [{ method: canary, path: canary, policy: canary, level: canary }],
      config: () => [{ key: canary, variable: canary, value: canary, source: canary, from: canary }],
    })
    const attributes = {
      ...http(canary, canary, canary, 500, canary),
      [canary]: canary,
      'error.type': canary,
      list: [canary],
    }
    const events = [
      { name: canary, time: makeSpan({ at: 1 }).startTime, attributes: { [canary]: canary } },
      {
        name: 'exception',
        time: makeSpan({ at: 1 }).startTime,
        attributes: { 'exception.type': canary, 'exception.message': canary, 'exception.stacktrace': canary },
      },
    ]
    const status = { code: 2, message: canary }
    console.page.onSpanEnd?.(makeSpan({ trace: 1, name: canary, service: canary, attributes, events, status }))
    console.page.onLog?.(
      makeLog({
        trace: 1,
        body: canary,
        service: canary,
        logger: canary,
        eventName: canary,
        attributes: { [canary]: canary },
      }),
    )
    await using tab = await openTab(browser, console)
    for (const view of [
      'requests',
      'logs',
      'routes',
      'config',
      'map',
      'metrics',
      `traces/${traceId(1)}?span=${spanId(1)}`,
    ]) {
      await tab.page.evaluate(`location.hash = '#/${view}'`)
      if (view !== 'metrics') await expect.poll(() => tab.page.locator('main').textContent()).toContain('<img src=')
      if (view === 'logs') await tab.page.locator('td.level-cell').click()
      if (view.startsWith('traces')) await tab.page.locator('.attributes dd').first().waitFor()
      expect(await tab.page.locator('img, body script, [onload], [onerror]').count()).toBe(0)
    }
    expect(tab.problems).toEqual([])
  })

  test('the watch over a tab would notice a dialog, a foreign request and a script (console/43)', async () => {
    await using console = await serveConsole()
    await using tab = await openTab(browser, console)
    await tab.page.evaluate("alert('hello')")
    await tab.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 'refused by the policy')")
    const written = tab.page.evaluate("document.createElement('b').innerHTML = '<i>'")
    await expect(written).rejects.toThrow('TrustedHTML')
    await expect.poll(() => tab.problems.join('\n')).toContain('a dialog: hello')
    await expect.poll(() => tab.problems.join('\n')).toContain('connect-src')
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
    await expect.poll(() => tab.page.locator('tr.open').getAttribute('aria-rowindex')).toBe('10001')
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
