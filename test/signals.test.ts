import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { createLogger, loggedFetch, requestLog } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { measuredFetch, metrics } from '@seaworthy/metrics'
import { span, tracedFetch, tracing } from '@seaworthy/tracing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSdk as startMetrics, type Sdk as Metrics } from '../packages/metrics/src/start-sdk.test-kit.ts'
import { startSdk as startTraces, type Sdk as Traces } from '../packages/tracing/src/start-sdk.test-kit.ts'
import { collectGarbage } from './support/collect-garbage.ts'
import { eventually, serve, type Running } from './support/serve.ts'

let traces: Traces
let measures: Metrics
let server: Running
const output = memoryOutput()
const logger = createLogger({ outputs: [output] })

class StockError extends Error {}

const app = new Hono()
  .use(tracing(), metrics(), requestLog({ logger }))
  .get('/stream', () => new Response(slowly(5)))
  .get('/busy', (c) => c.json({}, 503))
  .get('/broken', () => new Response(slowly(2, new StockError())))
  .get('/throws', () => {
    throw new StockError()
  })
  .get('/throws-text', () => {
    // oxlint-disable-next-line no-throw-literal
    throw 'no Error'
  })
app.onError((_error, c) => c.text('', 500))

/** A body that takes 30 ms for each of its parts, and may break off. */
function slowly(parts: number, error?: Error): ReadableStream<Uint8Array> {
  let part = 0
  return new ReadableStream({
    async pull(controller) {
      if (part++ < parts) controller.enqueue(new Uint8Array(10))
      else if (error) controller.error(error)
      else controller.close()
      await sleep(30)
    },
  })
}

beforeAll(async () => {
  server = await serve(app.fetch)
})
beforeEach(() => {
  traces = startTraces()
  measures = startMetrics()
  output.clear()
})
afterEach(() => {
  traces.stop()
  measures.stop()
})
afterAll(() => server[Symbol.asyncDispose]())

const seconds = ([whole, nano]: readonly [number, number]): number => whole + nano / 1e9

describe('tracedFetch(loggedFetch(measuredFetch()))', () => {
  const nested = tracedFetch(loggedFetch(measuredFetch(), { logger }))

  test('makes one client span, one line that carries it, and one measurement (tracing/67) (log/12) (log/51) (metrics/22) (metrics/74)', async () => {
    const response = await span('checkout', () => nested(`${server.url}/stream`))
    await response.text()
    const client = traces.ended.find(({ attributes }) => attributes['url.full'] !== undefined)
    const { traceId, spanId } = client?.spanContext() ?? {}
    expect(client?.parentSpanContext?.spanId).toBe(traces.named('checkout').spanContext().spanId)
    const lines = output.records.filter(({ msg }) => msg.endsWith('/stream 200'))
    expect(lines.filter(({ fields }) => 'url.full' in fields)).toMatchObject([{ traceId, spanId }])
    const [point, ...others] = await measures.histograms('http.client.request.duration')
    expect(others).toEqual([])
    expect(point).toMatchObject({ attributes: { 'server.port': server.port }, value: { count: 1 } })
    expect(Math.abs((point?.value.sum ?? 0) - seconds(client?.duration ?? [0, 0]))).toBeLessThan(0.02)
    const { body } = await measures.reader.scrape({ accept: 'application/openmetrics-text' })
    expect(new TextDecoder().decode(body)).toContain(`trace_id="${traceId}",span_id="${spanId}"`)
  })

  test('a line written outside of the span does not carry it (tracing/67)', async () => {
    const wrong = loggedFetch(tracedFetch(), { logger })
    await (await wrong(`${server.url}/stream`)).text()
    const line = output.records.find(({ fields }) => 'url.full' in fields)
    expect(line).toMatchObject({ msg: expect.stringContaining('/stream 200') })
    expect(line).not.toHaveProperty('spanId')
  })

  test('a response that is dropped unread has one end, when its head came (tracing/72) (metrics/24)', async () => {
    for (let i = 0; i < 5; i++) expect((await nested(`${server.url}/stream`)).status).toBe(200)
    await sleep(300)
    const clients = () => traces.ended.filter(({ attributes }) => attributes['url.full'] !== undefined)
    await eventually(() => (collectGarbage(), clients().length >= 4), 'the spans of collected responses')
    for (const { duration } of clients()) expect(seconds(duration)).toBeLessThan(0.25)
    const [point] = await measures.histograms('http.client.request.duration')
    expect(point?.value.count).toBeGreaterThanOrEqual(4)
    expect(point?.value.sum).toBeLessThan(0.25 * 4)
  })
})

describe('span, metric and line of one request', () => {
  /** Sends a request, and gives what each signal has of it. */
  async function signals(path: string, read = (response: Response): Promise<unknown> => response.text()) {
    await fetch(server.url + path)
      .then(read)
      .catch(() => undefined)
    await eventually(() => traces.ended.length === 1 && output.records.length > 0, 'the request to settle')
    const [point, ...others] = await measures.histograms('http.server.request.duration')
    if (point === undefined || others.length > 0) throw new Error(`${others.length} further series`)
    return { span: traces.only(), point, line: output.records.at(-1) }
  }

  test('take as long as the stream, alike to a few milliseconds (tracing/29) (tracing/30) (metrics/16) (log/43)', async () => {
    const { span: ended, point, line } = await signals('/stream')
    expect(seconds(ended.duration)).toBeGreaterThan(0.1)
    expect(Math.abs(seconds(ended.duration) - (point.value.sum ?? 0))).toBeLessThan(0.01)
    expect(Math.abs(seconds(ended.duration) - Number(line?.fields['duration_ms']) / 1000)).toBeLessThan(0.01)
    const { traceId, spanId } = ended.spanContext()
    expect(line).toMatchObject({ traceId, spanId })
  })

  for (const [path, type, promise] of [
    ['/busy', '503', 'tracing/20'],
    ['/throws', 'StockError', 'tracing/21'],
    ['/throws-text', '500', 'tracing/22'],
    ['/broken', 'StockError', 'tracing/25'],
  ] as const) {
    test(`have the same error.type: ${path} (${promise}) (metrics/9) (middleware/53)`, async () => {
      const { span: ended, point } = await signals(path)
      expect([ended.attributes['error.type'], point.attributes['error.type']]).toEqual([type, type])
      expect(point.attributes['http.response.status_code']).toBe(ended.attributes['http.response.status_code'])
    })
  }

  test('have the same error.type when the client leaves (tracing/31) (metrics/17)', async () => {
    const { span: ended, point } = await signals('/stream', async (response) => {
      const reader = response.body?.getReader()
      await reader?.read()
      await reader?.cancel()
    })
    const left = { 'error.type': 'client_disconnect', 'http.response.status_code': 200 }
    expect(ended.attributes).toMatchObject(left)
    expect(point.attributes).toMatchObject(left)
  })
})
