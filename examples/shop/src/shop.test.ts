import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OwnServer } from '../../../test/support/own-server.ts'
import { skipPostgres } from '../../../test/support/postgres-server.ts'
import { eventually } from '../../../test/support/serve.ts'
import { startCollector, type Collector } from './testing/collector.ts'
import { person, service } from './testing/credentials.ts'
import { startDatabaseServer } from './testing/databases.ts'
import { RunningService, send } from './testing/running-service.ts'

const folder = mkdtempSync(join(tmpdir(), 'seaworthy-shop-'))
/** The same SQL and the same tests on both. */
const kinds = ['an embedded database', ...(skipPostgres() ? [] : ['a PostgreSQL server'])]
const unknownId = '00000000-0000-4000-8000-000000000000'

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(kinds)('the shop on %s', (kind) => {
  let collector: Collector
  let server: OwnServer | undefined
  let location: (name: string) => string
  let inventory: RunningService
  let orders: RunningService
  let telemetry: Record<string, string>

  beforeAll(async () => {
    collector = await startCollector()
    if (kind === 'a PostgreSQL server') server = await startDatabaseServer()
    location = (name) => server?.url ?? `file:${join(folder, name)}`
    telemetry = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
    }
    inventory = await RunningService.start('inventory', { ...telemetry, INVENTORY_DATABASE_URL: location('inventory') })
    orders = await RunningService.start('orders', {
      ...telemetry,
      ORDERS_DATABASE_URL: location('orders'),
      ORDERS_INVENTORY_URL: inventory.url,
    })
  }, 60_000)
  afterAll(async () => {
    for (const each of [orders, inventory, collector, server]) await each?.[Symbol.asyncDispose]()
  })

  const available = async (sku: string): Promise<number> =>
    Number((await send(`${inventory.url}/inventory/${sku}`, 'GET', undefined, service())).body['available'])

  test('an order takes stock, can be read, listed and cancelled, and cancelling gives the stock back', async () => {
    const before = await available('tea')
    const placed = await send(`${orders.url}/orders`, 'POST', { sku: 'tea', quantity: 2 })
    expect(placed).toMatchObject({ status: 201, body: { sku: 'tea', quantity: 2, status: 'confirmed' } })
    expect(await available('tea')).toBe(before - 2)
    const id = String(placed.body['id'])
    expect(await send(`${orders.url}/orders/${id}`, 'GET')).toMatchObject({ status: 200, body: placed.body })
    const cancelled = await send(`${orders.url}/orders/${id}/cancel`, 'POST')
    expect(cancelled).toMatchObject({ status: 200, body: { id, status: 'cancelled' } })
    expect(await available('tea')).toBe(before)
    const again = await send(`${orders.url}/orders/${id}/cancel`, 'POST')
    expect(again).toMatchObject({ status: 409, body: { code: 'not_cancellable' } })
  })

  test('orders are listed in pages, the newest first', async () => {
    const ids: unknown[] = []
    for (let i = 0; i < 5; i++)
      ids.unshift((await send(`${orders.url}/orders`, 'POST', { sku: 'tea', quantity: 1 })).body['id'])
    const seen: unknown[] = []
    let after = ''
    for (let page = 0; page < 3; page++) {
      const { body } = await send(`${orders.url}/orders?limit=2${after}`, 'GET')
      for (const { id } of body['orders'] as { id: string }[]) seen.push(id)
      after = `&after=${String(body['next'])}`
    }
    expect(seen.slice(0, 5)).toEqual(ids)
    expect(await send(`${orders.url}/orders?limit=0`, 'GET')).toMatchObject({ status: 400 })
  })

  test('bad input is a problem that names the request and the trace', async () => {
    const post = (body: unknown): ReturnType<typeof send> => send(`${orders.url}/orders`, 'POST', body)
    expect((await post('{"sku":')).status).toBe(400)
    const invalid = await post({ sku: '', quantity: 0.5, extra: true })
    expect(invalid.status).toBe(422)
    expect((invalid.body['errors'] as { member: string }[]).map(({ member }) => member).toSorted()).toEqual([
      '',
      'quantity',
      'sku',
    ])
    expect(invalid.body).toMatchObject({
      request_id: expect.stringMatching(/^[\w-]{22}$/),
      trace_id: expect.stringMatching(/^[\da-f]{32}$/),
    })
    expect(await post({ sku: 'moon-rock', quantity: 1 })).toMatchObject({ status: 409, body: { code: 'out_of_stock' } })
    for (const sku of ['a\u0000b', '\ud800', 'a b']) expect((await post({ sku, quantity: 1 })).status).toBe(422)
    expect((await send(`${inventory.url}/inventory/%00`, 'GET', undefined, service())).status).toBe(404)
    expect(await post({ sku: 'unheard-of', quantity: 1 })).toMatchObject({ status: 422, body: { code: 'unknown_sku' } })
    const noJson = await fetch(`${orders.url}/orders`, { method: 'POST', body: '{}', headers: person() })
    expect(noJson.status).toBe(415)
    expect((await post({ sku: 'x'.repeat(100_000), quantity: 1 })).status).toBe(413)
    for (const path of [`/orders/${unknownId}`, '/orders/not-an-id', '/nowhere', `/orders/${unknownId}/events`]) {
      expect(await send(orders.url + path, 'GET')).toMatchObject({ status: 404, body: { title: 'Not Found' } })
    }
  })

  test('one order is one trace across both services, with database spans and log lines', async () => {
    const { body } = await send(`${orders.url}/orders`, 'POST', { sku: 'coffee', quantity: 1 })
    const line = (): Record<string, unknown> | undefined =>
      orders.lines.find(({ msg, order }) => msg === 'order confirmed' && order === body['id'])
    await eventually(() => line() !== undefined, 'the line of the order')
    const trace = line()?.['trace_id']
    expect(trace).toMatch(/^[\da-f]{32}$/)
    const spans = (): Collector['spans'] => collector.spans.filter(({ traceId }) => traceId === trace)
    await eventually(() => spans().some(({ name }) => name === 'POST /orders'), 'the root span')
    await eventually(
      () => spans().some(({ service, kind }) => service === 'inventory' && kind === 2),
      'the other service',
    )
    await eventually(() => spans().length >= 8, 'all spans')
    const names = spans().map(({ service, name }) => `${service}: ${name}`)
    expect(names).toEqual(
      expect.arrayContaining([
        ...['orders: POST /orders', 'orders: PUT', 'orders: INSERT orders', 'orders: UPDATE orders'],
        ...[
          'inventory: PUT /inventory/:sku/reservations/:order',
          'inventory: UPDATE stock',
          'inventory: INSERT reservations',
        ],
      ]),
    )
    const roots = spans().filter(({ parentSpanId = '', ...span }) => parentSpanId === '' && span.traceId === trace)
    expect(roots.map(({ name }) => name)).toEqual(['POST /orders'])
    expect(inventory.lines.filter(({ trace_id }) => trace_id === trace)).not.toHaveLength(0)
    await eventually(() => collector.records.some(({ traceId }) => traceId === trace), 'the log records')
    await eventually(() => collector.metrics.has('http.server.request.duration'), 'the metrics')
  })

  test('metrics have the templates of routes and none of the ids', async () => {
    const { body } = await send(`${orders.url}/orders`, 'POST', { sku: 'tea', quantity: 1 })
    await send(`${orders.url}/orders/${String(body['id'])}`, 'GET')
    const text = await (await fetch(`${orders.url}/metrics`)).text()
    expect(text).toContain('http_server_request_duration_seconds_count')
    expect(text).toContain('http_route="/orders/:id"')
    expect(text).not.toContain(String(body['id']))
    expect(text).toMatch(/http_client_request_duration_seconds_count/)
  })

  test('events tell what becomes of an order, and a client that leaves is told from one that was answered', async () => {
    const { body } = await send(`${orders.url}/orders`, 'POST', { sku: 'tea', quantity: 1 })
    const leave = new AbortController()
    const response = await fetch(`${orders.url}/orders/${String(body['id'])}/events`, {
      signal: leave.signal,
      headers: person(),
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const read = async (until: string): Promise<void> => {
      while (!text.includes(until)) text += (await reader?.read())?.value ?? ''
    }
    await read('event: confirmed')
    await send(`${orders.url}/orders/${String(body['id'])}/cancel`, 'POST')
    await read('event: cancelled')
    leave.abort()
    await reader?.cancel().catch(() => undefined)
    const isAccessLine = ({ msg }: Record<string, unknown>): boolean =>
      /events/.test(String(msg)) && /abort/.test(String(msg))
    await eventually(() => orders.lines.some(isAccessLine), 'the line of the client that left')
  })

  test('probes answer on both services', async () => {
    for (const { url } of [orders, inventory]) {
      for (const path of ['/livez', '/readyz', '/startupz', '/healthz'])
        expect((await fetch(url + path)).status).toBe(200)
    }
  })

  test('an order that was answered with 201 is there after kill -9', async () => {
    const placed = await send(`${orders.url}/orders`, 'POST', { sku: 'tea', quantity: 1 })
    expect(placed.status).toBe(201)
    await orders.end('SIGKILL')
    orders = await RunningService.start('orders', {
      ...telemetry,
      ORDERS_DATABASE_URL: location('orders'),
      ORDERS_INVENTORY_URL: inventory.url,
    })
    expect(await send(`${orders.url}/orders/${String(placed.body['id'])}`, 'GET')).toMatchObject({
      status: 200,
      body: placed.body,
    })
  })

  test('SIGTERM drains and ends with 0', async () => {
    expect(await orders.end('SIGTERM')).toBe(0)
    expect(await inventory.end('SIGTERM')).toBe(0)
    expect(orders.lines.some(({ msg }) => msg === 'stopped')).toBe(true)
  })
})
