import { request } from 'node:http'
import type { LogPage, RequestPage, RouteView, Trace } from '@seaworthy/console'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client } from './testing/opened-shop.ts'
import { production } from './testing/production.ts'
import { RunningService, send } from './testing/running-service.ts'
import { WatchedShop } from './testing/watched-shop.ts'

let shop: WatchedShop
beforeAll(async () => {
  shop = await WatchedShop.start()
  // The first order also asks the provider for its keys.
  await shop.order('first')
})
afterAll(() => shop?.[Symbol.asyncDispose]())

/** How a request with exactly these headers is answered: `fetch` does not let one choose the host. */
async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const sent = request(url, { headers, agent: false }, (response) => {
    resolve(response.statusCode)
    response.destroy()
  })
  sent.on('error', reject).end()
  return promise
}

/** The shape of a trace: each span with its service, below its parent. */
function tree({ spans }: Trace, parent?: string, depth = 0): string[] {
  return spans
    .filter(({ parentId }) => parentId === parent)
    .flatMap(({ spanId, service, name }) => [
      `${'  '.repeat(depth)}${service}: ${name}`,
      ...tree({ spans } as Trace, spanId, depth + 1),
    ])
}

test('an order is one trace across both services, which is there within a second', async () => {
  const times: number[] = []
  for (const sub of ['ada', 'grace', 'linus']) {
    expect((await shop.order(sub)).status).toBe(201)
    const answered = performance.now()
    await shop.request(sub, 9)
    times.push(performance.now() - answered)
  }
  expect(Math.min(...times)).toBeLessThan(1_000)
  const { traceId } = await shop.request('ada', 9)
  const trace = await shop.api<Trace>(`traces/${traceId}`)
  expect(tree(trace).toSorted()).toEqual(
    [
      'orders: POST /orders',
      '  orders: INSERT orders',
      '  orders: PUT',
      '    inventory: PUT /inventory/:sku/reservations/:order',
      '      inventory: SELECT stock',
      '      inventory: SELECT reservations',
      '      inventory: UPDATE stock',
      '      inventory: INSERT reservations',
      '  orders: UPDATE orders',
    ].toSorted(),
  )
  expect(trace.missing).toEqual([])
  // Lines come in batches of their own.
  const lines = await shop.lines(traceId, 4)
  const texts = lines.map(({ service, message }) => `${service}: ${message.replaceAll(/[\da-f-]{36}|:\d+/g, '…')}`)
  expect(texts.toSorted()).toEqual([
    'inventory: PUT /inventory/tea/reservations/… 200',
    'orders: POST /orders 201',
    'orders: PUT 127.0.0.1…/inventory/tea/reservations/… 200',
    'orders: order confirmed',
  ])
})

test('what is sent to the console, and asked of it, is neither traced nor listed nor logged', async () => {
  // Several batches of inventory have come by now, and each of these has been answered.
  await shop.order('feedback')
  await shop.request('feedback', 9)
  for (let read = 0; read < 5; read++) await shop.api('meta')
  const { requests } = await shop.api<RequestPage>('requests?limit=500')
  expect(requests.length).toBeGreaterThan(0)
  expect(requests.filter(({ path = '' }) => path.includes('_console'))).toEqual([])
  const { logs } = await shop.api<LogPage>('logs?limit=1000')
  expect(logs.filter((entry) => JSON.stringify(entry).includes('/_console/v1'))).toEqual([])
  expect(`${shop.orders.output}${shop.inventory.output}`).not.toContain('/_console/v1')
})

test('every route is shown with who may call it', async () => {
  const { routes } = await shop.api<RouteView>('routes')
  expect(routes.length).toBeGreaterThan(8)
  expect(routes.filter(({ policy }) => policy === undefined)).toEqual([])
  expect(routes.filter(({ path }) => path.startsWith('/_console') || path.startsWith('/debug'))).toEqual([])
})

const inside = ['/_console/', '/_console/api/requests', '/_console/api/events', '/debug/inflight', '/debug/config']

test.each<[string, Record<string, string>]>([
  ['a foreign name', { host: 'evil.example' }],
  ['a name that was made to lead here', { host: 'orders.evil.example:8080' }],
  ['a proxy on this machine', { 'x-forwarded-for': '203.0.113.7' }],
  ['a proxy that claims to be this machine', { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' }],
  ['a proxy that says so by the standard', { forwarded: 'for=127.0.0.1' }],
])('the console and /debug are refused to %s', async (_who, headers) => {
  for (const path of inside) {
    expect([path, await statusOf(shop.orders.url + path)]).toEqual([path, 200])
    expect([path, await statusOf(shop.orders.url + path, headers)]).toEqual([path, 403])
  }
})

test.each(['https://evil.example', 'http://127.0.0.1:1', 'null'])(
  'the console is refused to pages of %s',
  async (origin) => {
    for (const path of inside.filter((each) => each.startsWith('/_console'))) {
      expect([path, await statusOf(shop.orders.url + path, { origin })]).toEqual([path, 403])
    }
    const own = await statusOf(`${shop.url}api/requests`, { origin: shop.orders.url })
    expect(own).toBe(200)
  },
)

test('where NODE_ENV is not set there is neither a console nor /debug', async () => {
  const env = { ...(await production()), NODE_ENV: '', ORDERS_DATABASE_URL: 'memory:' }
  await using orders = await RunningService.start('orders', env)
  for (const path of [...inside, '/_console', '/debug']) {
    const { status, text } = await send(orders.url + path, 'GET', undefined, client())
    // Whoever has no credentials is told nothing about paths.
    expect([path, status, text.includes('<')]).toEqual([path, 401, false])
  }
}, 40_000)
