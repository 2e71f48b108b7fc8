import { context, trace, TraceFlags, type Span } from '@opentelemetry/api'
import { AggregationType, createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics'
import { SamplingDecision } from '@opentelemetry/sdk-trace'
import { handler, middleware, stack, type Middleware } from '@seaworthy/middleware'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { counter, gauge, histogram, measuredFetch, metrics } from './index.ts'
import { startSdk, startTracing, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
let stopTracing: () => void
beforeEach(() => {
  sdk = startSdk()
  stopTracing = startTracing()
})
afterEach(() => {
  stopTracing()
  sdk.stop()
})

/** The samples of a page with an exemplar: the sample, its labels, value and time. */
async function exemplars(accept = 'application/openmetrics-text') {
  const text = new TextDecoder().decode((await sdk.reader.scrape({ accept })).body)
  const form = /^(\S+) (\S+) # \{trace_id="([0-9a-f]{32})",span_id="([0-9a-f]{16})"\} (\S+) (\d+\.\d{3})$/
  return text.split('\n').flatMap((line) => {
    if (!line.includes(' # ')) return []
    const match = form.exec(line)
    if (match === null) throw new Error(`no exemplar: ${line}`)
    const [, sample = '', , traceId, spanId, value, time] = match
    return [
      {
        sample: sample.replace(/otel_scope_\w+="[^"]*",?/g, ''),
        traceId,
        spanId,
        value: Number(value),
        time: Number(time),
      },
    ]
  })
}

/** Runs something in a span, and returns the span. */
async function inSpan(run: () => unknown): Promise<Span> {
  const span = trace.getTracer('test').startSpan('work')
  await context.with(trace.setSpan(context.active(), span), async () => run())
  span.end()
  return span
}

/** What a tracing middleware does. */
function traced(spans: Span[]): Middleware {
  const active = new WeakMap<Request, Span>()
  return middleware({
    before(x) {
      const span = trace.getTracer('test').startSpan('request')
      active.set(x.request, span)
      spans.push(span)
    },
    scope(x, run) {
      const span = active.get(x.request)
      return span === undefined ? run() : context.with(trace.setSpan(context.active(), span), run)
    },
  })
}

describe('exemplars', () => {
  test('name the span of a request, mounted inside or outside of tracing (metrics/74)', async () => {
    for (const outside of [true, false]) {
      sdk.stop()
      sdk = startSdk()
      const spans: Span[] = []
      const parts = outside ? [metrics(), traced(spans)] : [traced(spans), metrics()]
      const before = Date.now() / 1000
      await using server = await serve(
        handler(stack(...parts), () => new Response('ok', { headers: { 'content-length': '2' } })),
      )
      await (await fetch(server.url)).text()
      let found = await exemplars()
      for (let i = 0; found.length === 0 && i < 100; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        found = await exemplars()
      }
      expect(found).toHaveLength(1)
      const { traceId, spanId } = spans[0]?.spanContext() ?? {}
      expect(found[0]).toMatchObject({
        traceId,
        spanId,
        sample: expect.stringMatching(/^http_server_request_duration_seconds_bucket/),
      })
      expect(found[0]?.time).toBeGreaterThanOrEqual(Math.floor(before))
      expect(found[0]?.time).toBeLessThanOrEqual(Date.now() / 1000 + 0.001)
    }
  })

  test('are one for each series and bucket, the newest (metrics/75)', async () => {
    const wait = histogram('wait', { description: 'd', buckets: [1, 2], attributes: ['queue'] })
    const spans: Span[] = []
    for (const [queue, value] of [
      ['mail', 0.5],
      ['mail', 1.5],
      ['mail', 1],
      ['mail', 9],
      ['web', 1.5],
    ] as const) {
      spans.push(await inSpan(() => wait.record(value, { queue })))
    }
    const ids = spans.map((span) => span.spanContext().spanId)
    expect((await exemplars()).map(({ sample, spanId, value }) => [sample, spanId, value])).toEqual([
      ['wait_bucket{queue="mail",le="1.0"}', ids[2], 1],
      ['wait_bucket{queue="mail",le="2.0"}', ids[1], 1.5],
      ['wait_bucket{queue="mail",le="+Inf"}', ids[3], 9],
      ['wait_bucket{queue="web",le="2.0"}', ids[4], 1.5],
    ])
  })

  test('of a counter are one for each series (metrics/75)', async () => {
    const orders = counter('orders', { description: 'd', attributes: ['tier'] })
    const spans: Span[] = []
    for (const tier of ['gold', 'gold', 'basic']) spans.push(await inSpan(() => orders.add(2, { tier })))
    expect((await exemplars()).map(({ sample, spanId, value }) => [sample, spanId, value])).toEqual([
      ['orders_total{tier="gold"}', spans[1]?.spanContext().spanId, 2],
      ['orders_total{tier="basic"}', spans[2]?.spanContext().spanId, 2],
    ])
  })

  test('of a call are the span that it was made in (metrics/74)', async () => {
    await using server = await serve(() => new Response('ok'))
    const call = measuredFetch()
    let response: Response | undefined
    const span = await inSpan(async () => {
      response = await call(server.url)
    })
    await response?.text()
    expect((await exemplars()).map(({ spanId }) => spanId)).toEqual([span.spanContext().spanId])
  })

  test('are never of a span that is not sampled, nor without one (metrics/76)', async () => {
    stopTracing()
    stopTracing = startTracing({ shouldSample: () => ({ decision: SamplingDecision.RECORD }), toString: () => 'none' })
    const orders = counter('orders', { description: 'd' })
    const span = await inSpan(() => orders.add(1))
    expect(span.spanContext().traceFlags & TraceFlags.SAMPLED).toBe(0)
    orders.add(1)
    expect(await exemplars()).toEqual([])
    expect((await sdk.numbers('orders')).map(({ value }) => value)).toEqual([2])
  })

  test('are for OpenMetrics alone, and for neither gauges nor sums (metrics/77)', async () => {
    const level = gauge('level', { description: 'd' })
    const orders = counter('orders', { description: 'd' })
    await inSpan(() => {
      level.record(1)
      orders.add(1)
    })
    expect(await exemplars('text/plain')).toEqual([])
    expect((await exemplars()).map(({ sample }) => sample)).toEqual(['orders_total{}'])
  })

  test('stand in the bucket that holds their value, whatever boundaries a view has made (metrics/78)', async () => {
    sdk.stop()
    sdk = startSdk([
      {
        instrumentName: 'wait',
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [10, 100] } },
      },
    ])
    const wait = histogram('wait', { description: 'd', buckets: [1, 2, 50] })
    for (const value of [0.5, 1.5, 30, 70, 500]) await inSpan(() => wait.record(value))
    expect((await exemplars()).map(({ sample, value }) => [sample, value])).toEqual([
      ['wait_bucket{le="10.0"}', 1.5],
      ['wait_bucket{le="100.0"}', 30],
      ['wait_bucket{le="+Inf"}', 500],
    ])
  })

  test('are not found for a series that a view has changed: nothing else is said of it (metrics/78)', async () => {
    sdk.stop()
    sdk = startSdk([{ instrumentName: 'orders', attributesProcessors: [createAllowListAttributesProcessor(['tier'])] }])
    const orders = counter('orders', { description: 'd', attributes: ['tier', 'user'] })
    await inSpan(() => orders.add(1, { tier: 'gold', user: 'anna' }))
    expect(await exemplars()).toEqual([])
    expect((await sdk.numbers('orders'))[0]?.attributes).toEqual({ tier: 'gold' })
  })

  test('take no more memory the more requests there are (metrics/79)', async () => {
    const wait = histogram('wait', { description: 'd', buckets: [1, 2], attributes: ['queue'], limit: 3 })
    for (let i = 0; i < 500; i++) await inSpan(() => wait.record(i % 4, { queue: i }))
    const found = await exemplars()
    expect(found).toHaveLength(5)
    expect(found.filter(({ sample }) => sample.includes('otel_metric_overflow="true"'))).toHaveLength(3)
  })
})
