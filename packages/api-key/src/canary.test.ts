import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { metrics as metricsApi, trace, context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { configureLog, log, requestLog } from '@seaworthy/log'
import { metrics } from '@seaworthy/metrics'
import { requestId } from '@seaworthy/middleware'
import { security, type AuditEvent } from '@seaworthy/security'
import { tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { apiKey, createApiKeys, memoryStore } from './index.ts'

const pepper = 'canary-pepper-canary-pepper'
const folder = mkdtempSync(join(tmpdir(), 'canary-'))
const file = join(folder, 'log')
const lines: string[] = []
const methods = ['log', 'info', 'warn', 'error', 'debug'] as const
const originals = methods.map((method) => console[method])
const spans = new InMemorySpanExporter()
const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const meters = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 })],
})

beforeAll(() => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  metricsApi.setGlobalMeterProvider(meters)
  for (const method of methods)
    console[method] = (...values: unknown[]) => void lines.push(inspect(values, { depth: 9 }))
})

afterAll(async () => {
  methods.forEach((method, i) => {
    console[method] = originals[i] ?? console.log
  })
  configureLog({ level: 'silent' })
  rmSync(folder, { recursive: true })
  await meters.shutdown()
  trace.disable()
  context.disable()
  metricsApi.disable()
})

test('a key that is used in every way is nowhere in logs, spans, metrics, errors and the audit (api-key/50) (api-key/16)', async () => {
  const inner = memoryStore()
  let isDown = false
  const fail = (): never => {
    throw new Error('the database is down')
  }
  const store = {
    ...inner,
    find: (digest: string) => (isDown ? fail() : inner.find(digest)),
    update: (...args: Parameters<typeof inner.update>) => (isDown ? fail() : inner.update(...args)),
  }
  const common = { store, prefix: 'acme_canary', pepper }
  const keys = createApiKeys(common)
  const events: AuditEvent[] = []
  const places = [
    { header: 'x-api-key' },
    'authorization',
    { cookie: '__Host-key' },
    { query: 'acme_canary_key' },
  ] as const
  const guard = apiKey({ ...common, in: places, touchEvery: 0 })
  const policy = security({ default: guard, audit: (event) => void events.push(event) })
  configureLog({ level: 'debug', format: 'json', outputs: [file] })
  const app = new Hono()
  app.use(requestId(), tracing(), metrics(), requestLog(), policy)
  app.get('/orders', (c) => {
    log.info('listed', { principal: policy.principal(c), url: new URL(c.req.url), request: c.req.raw })
    return c.text('x')
  })
  app.get('/broken', () => fail())
  await using server = await serve(app.fetch)
  const made = await Promise.all([1, 2, 3].map(() => keys.create({}, { owner: 'ann' })))
  const [good, revoked, rotated] = made
  await keys.revoke(revoked?.apiKey.id ?? '')
  const successor = await keys.rotate(rotated?.apiKey.id ?? '', { grace: 0 })
  const flawed = `${good?.key.slice(0, -1)}${good?.key.endsWith('0') ? '1' : '0'}`
  const all = [...made.map(({ key }) => key), successor.key, flawed]
  const used: number[] = []
  for (const key of all) {
    for (const path of ['/orders', '/broken', '/nowhere']) {
      for (isDown of [false, true]) {
        const ask = async (url: string, headers: Record<string, string> = {}): Promise<void> => {
          const response = await fetch(`${server.url}${url}`, { headers })
          used.push(response.status)
          expect(await response.text()).not.toContain(key.slice(12, 42))
        }
        await ask(path, { 'x-api-key': key })
        await ask(path, { authorization: `ApiKey ${key}` })
        await ask(path, { cookie: `__Host-key=${key}` })
        await ask(`${path}?page=1&acme_canary_key=${key}&b=2`)
        await ask(`${path}?acme%5Fcanary%5Fkey=${key.replaceAll('_', '%5F')}`)
        await ask(`${path}?acme_canary_key=${key}`, { 'x-api-key': key })
      }
    }
    await Promise.resolve(key)
      .then((each) => keys.verify(each))
      .catch((error: unknown) => lines.push(inspect(error, { depth: 9 })))
    await keys
      .create({ name: key.slice(0, 11), addresses: [key] }, { owner: 'x' })
      .catch((error: unknown) => lines.push(inspect(error)))
  }
  isDown = false
  expect(new Set(used)).toEqual(new Set([200, 400, 401, 404, 500, 503]))
  await eventually(() => events.length >= used.length, 'every event')
  log.flush()
  await eventually(() => readFileSync(file, 'utf8').split('\n').length > used.length, 'every line')
  await meters.forceFlush()
  const seen = [
    readFileSync(file, 'utf8'),
    ...lines,
    ...spans.getFinishedSpans().map((span) => inspect(span, { depth: 9 })),
    ...points.getMetrics().map((point) => inspect(point, { depth: 12 })),
    ...events.map((event) => JSON.stringify(event)),
  ].join('\n')
  // What is looked at has everything in it, and would show a key.
  expect(seen).toContain('/orders')
  expect(seen).toContain('http.server.request.duration')
  expect(seen).toContain('bad_checksum')
  expect(seen).toContain('acme_canary_key=REDACTED')
  expect(`${seen}\n${good?.key}`).toContain(good?.key.slice(12, 42))
  for (const key of all) expect(seen.includes(key.slice(12, 42)), 'the secret of a key').toBe(false)
  expect(seen.includes(pepper)).toBe(false)
})
