import { request } from 'node:http'
import type { RequestPage } from '@seaworthy/console'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  expectSoon,
  openTab,
  skipChromium,
  startBrowser,
  type Tab,
} from '../../../packages/console/src/page.test-kit.ts'
import { somebody } from './testing/opened-shop.ts'
import { WatchedShop } from './testing/watched-shop.ts'

/** A bar of the waterfall, in percent of the time that is shown. */
interface Bar {
  readonly level: number
  readonly name: string
  readonly service: string
  readonly duration: string
  readonly from: number
  readonly to: number
}

describe.skipIf(skipChromium())('the console of the shop in Chromium', () => {
  let browser: Browser
  let shop: WatchedShop
  beforeAll(async () => {
    ;[browser, shop] = await Promise.all([startBrowser(), WatchedShop.start()])
    // The first order also asks the provider for its keys.
    await shop.order('first')
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.[Symbol.asyncDispose]()
  })

  test('an order is listed while one watches, and leads to a waterfall of both services', async () => {
    await using tab = await openTab(browser, shop)
    await tab.page.getByText('Live').waitFor()
    const listed = tab.page.locator('tbody tr', { hasText: 'marie' })
    const times: number[] = []
    for (const sub of ['marie-1', 'marie-2', 'marie-3']) {
      await shop.order(sub)
      const answered = performance.now()
      await listed.filter({ hasText: sub }).waitFor()
      times.push(performance.now() - answered)
    }
    console.log(`orders were listed after ${times.map((each) => each.toFixed(0)).join(', ')} ms`)
    expect(Math.min(...times)).toBeLessThan(1_000)
    // What inventory did is no request of its own, and counted when it has reported.
    await expectSoon(async () => (await tab.rows()).slice(0, 3).map((row) => row.replace(/^\S+ | \S+$/g, ''))).toEqual([
      expect.stringMatching(/^POST \/orders 201 .* marie-3 orders 9$/),
      expect.stringMatching(/^POST \/orders 201 .* marie-2 orders 9$/),
      expect.stringMatching(/^POST \/orders 201 .* marie-1 orders 9$/),
    ])

    await listed.filter({ hasText: 'marie-2' }).getByRole('link').first().click()
    await expectSoon(() => tab.page.locator('tr.row-log').count()).toBe(4)
    const bars = await barsOf(tab)
    expect(bars.map(({ level, name, service }) => `${level} ${service} ${name}`)).toEqual([
      '1 orders POST /orders',
      '2 orders INSERT orders',
      '2 orders PUT',
      '3 inventory PUT /inventory/:sku/reservations/:order',
      '4 inventory SELECT stock',
      '4 inventory SELECT reservations',
      '4 inventory UPDATE stock',
      '4 inventory INSERT reservations',
      '2 orders UPDATE orders',
    ])
    expectNested(bars)
    const lines = await tab.page.locator('tr.row-log .what').allTextContents()
    expect(lines.map((line) => line.replaceAll(/[\da-f-]{36}|:\d{4,5}/g, '…'))).toEqual([
      'PUT /inventory/tea/reservations/… 200',
      'PUT 127.0.0.1…/inventory/tea/reservations/… 200',
      'order confirmed',
      'POST /orders 201',
    ])
    expect(tab.problems).toEqual([])
  })

  test('a link to a trace opens in a fresh tab, with a span of the other service', async () => {
    await shop.order('deep-link')
    const { traceId } = await shop.request('deep-link', 9)
    const { spans } = await shop.api<{ spans: { spanId: string; name: string }[] }>(`traces/${traceId}`)
    const stock = spans.find(({ name }) => name === 'UPDATE stock')
    await using tab = await openTab(browser, shop, `#/traces/${traceId}?span=${stock?.spanId}`)
    const panel = tab.page.getByRole('complementary', { name: 'UPDATE stock' })
    await panel.getByText('UPDATE stock SET available = available - $2 WHERE sku = $1').waitFor()
    expect(await panel.innerText()).toMatch(/service\.name\s+inventory/)
  })

  test('the views have what the shop is: routes, health, the map, metrics and settings', async () => {
    await shop.order('views')
    await shop.request('views', 9)
    await using tab = await openTab(browser, shop, '#/routes')
    await expectSoon(() => tab.rows()).toContainEqual(
      expect.stringMatching(/^POST \/orders\/:id\/cancel .*\(orders:write\) .*route$/),
    )
    for (const [view, texts] of [
      ['health', ['database', 'inventory', 'Healthy']],
      ['map', ['orders', 'inventory', 'postgresql']],
      ['metrics', ['POST /orders', 'PUT /inventory/:sku/reservations/:order']],
      ['config', ['ORDERS_INVENTORY_URL', shop.inventory.url, 'redacted']],
    ] as const) {
      await tab.page.evaluate(`location.hash = '#/${view}'`)
      for (const text of texts) await expectSoon(() => tab.page.locator('main').textContent()).toContain(text)
    }
    expect(tab.problems).toEqual([])
  })

  test('debug logging is switched on from the page, and more is logged', async () => {
    await using tab = await openTab(browser, shop, '#/logs')
    await tab.page.getByRole('button', { name: 'Debug logging' }).click()
    await expectSoon(() => tab.page.getByRole('button', { name: /Debug logging/ }).innerText()).toMatch(/\d:\d\d/)
    await shop.ask('/orders?limit=1', somebody({ sub: 'debugged' }))
    await expectSoon(async () => (await tab.rows()).some((row) => / debug audit /.test(row))).toBe(true)
    await tab.page.getByRole('button', { name: /Debug logging/ }).click()
  })

  test('whatever clients write is text, in every view', async () => {
    const canary = (name: string): string => `<img/src=${name}/onerror=xss()>`
    const headers = ['x-request-id', 'traceparent', 'tracestate', 'baggage', 'referer', 'x-api-key', 'content-type']
    await hostile(`/${canary('in-path')}?q=${canary('in-query')}`, {
      'user-agent': canary('in-agent'),
      ...Object.fromEntries(headers.map((name) => [name, canary(name)])),
    })
    const sub = canary('in-sub')
    await shop.order(sub, { sku: canary('sku'), quantity: canary('quantity'), [canary('member')]: 1 })
    await shop.order(sub)
    const order = await shop.request(sub, 9)
    const found = await shop.api<RequestPage>('requests?search=in-path')
    const nowhere = found.requests[0]

    await using tab = await openTab(browser, shop)
    const shown = async (): Promise<string> => (await tab.page.locator('body').textContent()) ?? ''
    for (const [view, text] of [
      ['requests', 'in-path'],
      ['requests', sub],
      ['logs', 'in-path'],
      [`traces/${nowhere?.traceId}?span=${nowhere?.spanId}`, canary('in-agent')],
      [`traces/${nowhere?.traceId}?span=${nowhere?.spanId}`, 'in-query'],
      [`traces/${order.traceId}?span=${order.spanId}`, sub],
      ['metrics', 'no route'],
      ['health', 'database'],
      ['routes', '/catalogue'],
      ['map', 'Clients'],
      ['config', 'ORDERS_AUDIENCE'],
    ] as const) {
      await tab.page.evaluate(`location.hash = '#/${view}'`)
      await expectSoon(shown).toContain(text)
      expect([view, await tab.page.evaluate('document.images.length')]).toEqual([view, 0])
    }
    expect(tab.problems).toEqual([])

    // The same text does something where it is taken for HTML.
    await tab.page.goto('about:blank')
    await tab.page.setContent(canary('control'))
    expect(await tab.page.evaluate('document.images.length')).toBe(1)
  })

  test('after a restart of orders the page comes back, and inventory is shown again, without a word of it', async () => {
    await using tab = await openTab(browser, shop)
    await tab.page.getByText('Live').waitFor()
    const { lines } = shop.inventory
    await shop.restartOrders(() => tab.page.getByText('Reconnecting').waitFor())
    await tab.page.getByText('Live').waitFor()
    await shop.order('restarted')
    await expectSoon(async () => (await tab.rows())[0]).toMatch(/POST \/orders 201 .* restarted orders (?:9|1\d) /)
    expect(shop.inventory.lines.slice(lines.length).filter(({ msg }) => /elemetry|console/.test(String(msg)))).toEqual(
      [],
    )
    expect(tab.problems).toEqual([])
  })

  test('an order that fails tells why, with the stack', async () => {
    await shop.inventory.end('SIGTERM')
    expect((await shop.order('unlucky')).status).toBe(503)
    const { traceId } = await shop.request('unlucky')
    await using tab = await openTab(browser, shop, `#/traces/${traceId}`)
    await tab.page.getByRole('button', { name: /errors? .*fetch failed/ }).click()
    const shown = tab.page.getByRole('complementary')
    await shown.getByText('TypeError: fetch failed').first().waitFor()
    await expectSoon(() => shown.locator('.frame').count()).toBeGreaterThan(0)
    expect(await shown.innerText()).toContain('ECONNREFUSED')
  })

  /** Sends what no `fetch` would. */
  async function hostile(path: string, headers: Record<string, string>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    request(shop.orders.url, { path, headers }, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end()
    await promise
  }
})

async function barsOf({ page }: Tab): Promise<readonly Bar[]> {
  return page.evaluate<Bar[]>(
    `[...document.querySelectorAll('tr.row-span')].map((row) => {
      const { left, width } = row.querySelector('.bar').style
      return {
        level: Number(row.getAttribute('aria-level')),
        name: row.querySelector('.what').textContent,
        service: row.querySelector('.of').textContent,
        duration: row.querySelector('.span-length').textContent,
        from: Number.parseFloat(left),
        to: Number.parseFloat(left) + Number.parseFloat(width),
      }
    })`,
  )
}

/** Each bar is as long as its duration says, and lies within its parent's, as far as clocks of milliseconds tell. */
function expectNested(bars: readonly Bar[]): void {
  const whole = milliseconds(bars[0]?.duration ?? '')
  const percent = 100 / whole
  for (const [index, bar] of bars.entries()) {
    const long = bar.to - bar.from
    expect(Math.abs(long - milliseconds(bar.duration) * percent), bar.name).toBeLessThan(1)
    const parent = bars.slice(0, index).findLast(({ level }) => level === bar.level - 1)
    if (parent === undefined) continue
    expect(bar.from, bar.name).toBeGreaterThanOrEqual(parent.from - 1.5 * percent)
    // A server has sent its last byte a moment after its client has what it waits for.
    const end = bar.service === parent.service ? bar.to : bar.from
    expect(end, bar.name).toBeLessThanOrEqual(parent.to + 1.5 * percent)
  }
  expect([bars[0]?.from, bars[0]?.to]).toEqual([0, 100])
}

function milliseconds(duration: string): number {
  const [, value = '', unit = ''] = /^([\d.,]+)\s(µs|ms|s)$/.exec(duration) ?? []
  return Number(value) * ({ µs: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN)
}
