import { SeaworthyError } from '@seaworthy/middleware'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveTrace, http } from './page-telemetry.test-kit.ts'
import { expectSoon, openTab, serveConsole, skipChromium, startBrowser, type Tab } from './page.test-kit.ts'
import { startService } from './service.test-kit.ts'
import { makeLog, makeSpan, spanId, traceId } from './telemetry.test-kit.ts'

describe.skipIf(skipChromium())('the views in Chromium', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser?.close()
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
      if (view !== 'metrics') await expectSoon(() => tab.page.locator('main').textContent()).toContain('<img src=')
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
    await expectSoon(() => tab.problems.join('\n')).toContain('a dialog: hello')
    await expectSoon(() => tab.problems.join('\n')).toContain('connect-src')
  })

  test('every view fits 390 pixels, in both themes, and says what would fill it (console/45) (console/46)', async () => {
    await using console = await serveConsole()
    await using tab = await openTab(browser, console)
    await tab.page.setViewportSize({ width: 390, height: 844 })
    const texts = {
      requests: 'telemetry does not reach',
      logs: 'log lines do not reach',
      metrics: 'No metrics yet',
      health: 'does not know of health',
      routes: 'does not know the routes',
      map: 'Nobody called anybody yet',
      config: 'does not know the configuration',
    }
    for (const theme of ['light', 'dark'] as const) {
      await tab.page.emulateMedia({ colorScheme: theme })
      for (const [view, text] of Object.entries(texts)) {
        await tab.page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click()
        await tab.page.getByRole('heading', { name: text }).waitFor()
        expect(await tab.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390)
      }
      expect(await backgroundOf(tab)).toBe(theme === 'dark' ? 'rgb(16, 24, 29)' : 'rgb(255, 255, 255)')
    }
    await tab.page.keyboard.press('t')
    expect(await backgroundOf(tab)).toBe('rgb(255, 255, 255)')
    await tab.page.reload()
    await tab.page.getByRole('heading', { name: 'does not know the configuration' }).waitFor()
    expect(await backgroundOf(tab)).toBe('rgb(255, 255, 255)')
    expect(tab.problems).toEqual([])
  })

  test('debug logging is a button that counts down and switches back; a flame graph is a link (console/47)', async () => {
    const levels: { readonly id: string; readonly level: string; readonly until: string }[] = []
    let refuse = false
    await using console = await serveConsole({
      debug: {
        control: {
          path: '/debug',
          flamePath: '/debug/flame',
          setLevel({ level = 'debug' }) {
            if (refuse) throw new SeaworthyError('ERR_DEBUG_REFUSED', 'nobody may')
            levels.push({ id: 'one', level, until: new Date(Date.now() + 600_000).toISOString() })
          },
          revertLevel: () => void levels.splice(0),
          levels: () => levels,
          inflight: () => [],
        },
      },
    })
    await using tab = await openTab(browser, console)
    const button = tab.page.getByRole('button', { name: 'Debug logging' })
    await button.click()
    await expectSoon(() => button.innerText()).toMatch(/Debug logging\s+(10:00|9:5\d)/)
    expect(levels).toMatchObject([{ level: 'debug' }])
    await button.click()
    await expectSoon(() => button.getAttribute('aria-pressed')).toBe('false')
    expect(levels).toEqual([])
    const link = tab.page.getByRole('link', { name: 'Flame graph, 10 s' })
    expect(await link.getAttribute('href')).toBe('/debug/flame?seconds=10')
    refuse = true
    await button.click()
    await expectSoon(() => tab.page.getByRole('alert').innerText()).toContain('nobody may')
  })

  test('metrics, health, routes, the map and the configuration show what there is (console/46)', async () => {
    const check = {
      name: 'postgres',
      kind: 'critical',
      gates: ['ready'],
      componentType: 'datastore',
      status: 'pass',
    } as const
    const time = new Date().toISOString()
    const result = { ...check, durationMs: 2, time, since: time }
    await using console = await serveConsole({
      health: { check: () => Promise.resolve({ status: 'pass', uptime: 7, checks: { postgres: result } }) },
      routes: () => [{ method: 'GET', path: '/orders/:id', policy: 'jwt(orders:read)', level: 'route' }],
      config: () => [{ key: 'database.url', variable: 'DATABASE_URL', value: '[redacted]', source: 'environment' }],
    })
    giveTrace(console)
    await using tab = await openTab(browser, console, '#/health')
    await expectSoon(() => tab.rows()).toEqual([
      expect.stringMatching(/^postgres critical, gates ready pass (now|\d+ s ago) 2\.00 ms/),
    ])
    await tab.page.keyboard.press('5')
    await expectSoon(() => tab.rows()).toEqual(['GET /orders/:id jwt(orders:read) route'])
    await tab.page.keyboard.press('7')
    await expectSoon(() => tab.rows()).toEqual(['database.url DATABASE_URL redacted environment'])
    await tab.page.keyboard.press('6')
    await expectSoon(() => tab.rows()).toContainEqual(expect.stringMatching(/^orders inventory .* 100% .*60\.0 ms$/))
    await tab.page
      .getByRole('group', { name: 'Services and their calls' })
      .locator('text.name', { hasText: 'inventory' })
      .waitFor()
    await using service = await startService()
    await service.get('/orders/17')
    await using metrics = await openTab(browser, { url: `${service.url}/_console/` }, '#/metrics')
    await metrics.page.getByRole('button', { name: 'GET /orders/:id' }).click()
    await metrics.page.getByText('Show all routes').waitFor()
    expect(await metrics.page.locator('figure canvas').count()).toBeGreaterThan(1)
    expect(metrics.problems).toEqual([])
  })
})

function backgroundOf(tab: Tab): Promise<string> {
  return tab.page.evaluate<string>(`getComputedStyle(document.querySelector('main')).backgroundColor`)
}
