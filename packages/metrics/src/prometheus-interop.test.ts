import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { context, metrics as api, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, skipWithout, untilListening } from '../../../test/support/own-server.ts'
import { serve } from '../../../test/support/serve.ts'
import { counter, gauge, histogram, metrics, prometheus, runtimeMetrics } from './index.ts'
import { startTracing } from './start-sdk.test-kit.ts'

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

/** A service with everything that this package records, and values that are hard to write. */
const hostile = ['plain', 'quo"te', 'back\\slash', 'new\nline', '\r\t\0', '😀 ünïcode', '{a="b"} 1', '# EOF', '']
const endpoint = prometheus()
const app = new Hono().use(endpoint, metrics({ activeRequests: true, bodySize: true }))
app.get('/orders/:id', (c) => c.body('{}', 200, { 'content-type': 'application/json', 'content-length': '2' }))
app.get('/broken', (c) => c.json({}, 500))
const orders = counter('shop.orders', {
  description: 'Orders "placed",\nby\\customer.',
  unit: '{order}',
  attributes: ['customer'],
})
const level = gauge('shop.level', { description: 'Level of the tank.', unit: '1' })
const wait = histogram('shop.wait', { description: 'How long customers wait.', unit: 's', attributes: ['customer'] })

let running: Disposable
let stopTracing: () => void
let span: ReturnType<ReturnType<typeof trace.getTracer>['startSpan']>

beforeAll(async () => {
  const resource = resourceFromAttributes({ 'service.name': 'shop "1"', 'service.version': '1.4.2' })
  api.setGlobalMeterProvider(new MeterProvider({ readers: [endpoint.reader], resource }))
  stopTracing = startTracing()
  running = runtimeMetrics()
  span = trace.getTracer('test').startSpan('order')
  context.with(trace.setSpan(context.active(), span), () => {
    for (const customer of hostile) {
      orders.add(2, { customer })
      wait.record(0.3, { customer })
    }
  })
  for (const value of [Number.NaN, Infinity, 0.25]) level.record(value)
  for (const path of ['/orders/1', '/orders/2', '/broken', '/missing']) await (await app.request(path)).text()
  await sleep(50)
})

afterAll(() => {
  running[Symbol.dispose]()
  stopTracing()
  api.disable()
})

const noPromtool = skipWithout('promtool', isInstalled('promtool'))
const noPrometheus = skipWithout('prometheus', isInstalled('prometheus'))

describe.skipIf(noPromtool)('promtool', () => {
  function check(input: string): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
    return { status, said: stdout + stderr }
  }

  test('finds nothing wrong with a page of everything (metrics/71)', async () => {
    const page = await (await app.request('/metrics')).text()
    expect(page.split('\n').length).toBeGreaterThan(100)
    expect(check(page)).toEqual({ status: 0, said: '' })
  })

  test('finds what is wrong with a page that was spoilt (metrics/71)', async () => {
    const page = await (await app.request('/metrics')).text()
    const spoilt = [
      page.replace('quo\\"te', 'quo"te'),
      page.replace('# TYPE shop_wait_seconds histogram', '# TYPE shop_wait_seconds counter'),
      page.replaceAll('# HELP shop_orders_total', '# COMMENT shop_orders_total'),
    ]
    for (const each of spoilt) {
      expect(each).not.toBe(page)
      expect(check(each).status).not.toBe(0)
    }
  })
})

describe.skipIf(noPrometheus)('Prometheus', () => {
  let url: string
  let stop: () => Promise<void>
  const types: (string | null)[] = []

  beforeAll(async () => {
    const server = await serve(async (request, env) => {
      const response = await app.fetch(request, env)
      if (new URL(request.url).pathname === '/metrics') {
        types.push(`${response.headers.get('content-type')} ${response.headers.get('content-encoding')}`)
      }
      return response
    })
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
    const config = join(folder, 'prometheus.yml')
    writeFileSync(
      config,
      `scrape_configs: [{ job_name: shop, scrape_interval: 300ms, scrape_timeout: 300ms, static_configs: [{ targets: ['127.0.0.1:${server.port}'] }] }]`,
    )
    const port = await freePort()
    url = `http://127.0.0.1:${port}/api/v1`
    const options = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`]
    const program = spawn(
      'prometheus',
      [...options, `--web.listen-address=127.0.0.1:${port}`, '--enable-feature=exemplar-storage'],
      { stdio: 'ignore' },
    )
    const ended = new Promise((resolve) => program.once('exit', resolve))
    stop = async () => {
      program.kill('SIGKILL')
      await ended
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    }
    await untilListening(port)
    await query('shop_orders_total')
  })
  afterAll(() => stop())

  async function get(path: string): Promise<{ readonly data?: unknown }> {
    const response = await fetch(`${url}/${path}`)
    return (await response.json()) as { readonly data?: unknown }
  }

  /** The result of a query, once there is one. */
  async function query(
    text: string,
  ): Promise<{ readonly metric: Record<string, string>; readonly value: [number, string] }[]> {
    const end = performance.now() + 10_000
    while (performance.now() < end) {
      const { data } = (await get(`query?query=${encodeURIComponent(text)}`).catch(() => ({}))) as {
        data?: { result: { metric: Record<string, string>; value: [number, string] }[] }
      }
      if (data !== undefined && data.result.length > 0) return data.result
      await sleep(50)
    }
    throw new Error(`no result within 10 s: ${text}`)
  }

  test('scrapes OpenMetrics, compressed, without an error (metrics/72)', async () => {
    expect(await query('up{job="shop"} == 1')).toHaveLength(1)
    const { data } = (await get('targets')) as { data: { activeTargets: { health: string; lastError: string }[] } }
    expect(data.activeTargets.map(({ health, lastError }) => [health, lastError])).toEqual([['up', '']])
    expect(new Set(types)).toEqual(new Set(['application/openmetrics-text; version=1.0.0; charset=utf-8 gzip']))
  })

  test('reads names, labels and values as they were recorded (metrics/72)', async () => {
    const customers = (await query('shop_orders_total')).map(({ metric, value }) => [
      metric['customer'] ?? '',
      value[1],
    ])
    expect(new Map(customers as [string, string][])).toEqual(new Map(hostile.map((customer) => [customer, '2'])))
    expect((await query('shop_level_ratio'))[0]?.value[1]).toBe('0.25')
    const route = 'http_route="/orders/:id",http_response_status_code="200"'
    expect((await query(`http_server_request_duration_seconds_count{${route}}`))[0]?.value[1]).toBe('2')
    const [quantile] = await query(`histogram_quantile(0.9, http_server_request_duration_seconds_bucket{${route}})`)
    expect(Number(quantile?.value[1])).toBeGreaterThan(0)
    expect(await query('{__name__=~"nodejs_eventloop_delay_p99_seconds|process_cpu_time_seconds_total"}')).toHaveLength(
      3,
    )
  })

  test('knows type, unit and help of each metric (metrics/72)', async () => {
    const { data } = (await get('metadata')) as { data: Record<string, unknown[]> }
    expect(data).toMatchObject({
      http_server_request_duration_seconds: [
        { type: 'histogram', unit: 'seconds', help: 'Duration of HTTP server requests.' },
      ],
      http_server_active_requests: [{ type: 'gauge', unit: '' }],
      http_server_response_body_size_bytes: [{ type: 'histogram', unit: 'bytes' }],
      shop_orders: [{ type: 'counter', unit: '', help: 'Orders "placed",\nby\\customer.' }],
      process_cpu_time_seconds: [{ type: 'counter', unit: 'seconds' }],
      target: [{ type: 'info' }],
    })
  })

  test('joins the resource to any metric (metrics/72)', async () => {
    const [joined] = await query('shop_level_ratio * on (job, instance) group_left (service_name) target_info')
    expect(joined?.metric['service_name']).toBe('shop "1"')
  })

  test('stores the exemplars (metrics/73)', async () => {
    const now = Date.now() / 1000
    const path = `query_exemplars?query=shop_wait_seconds_bucket&start=${now - 600}&end=${now + 60}`
    const { data } = (await get(path)) as { data: { exemplars: { labels: object; value: string }[] }[] }
    const { traceId, spanId } = span.spanContext()
    expect(data).toHaveLength(hostile.length)
    for (const { exemplars } of data) {
      expect(exemplars).toEqual([
        expect.objectContaining({ labels: { trace_id: traceId, span_id: spanId }, value: '0.3' }),
      ])
    }
  })
})
