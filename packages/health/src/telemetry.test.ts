import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { health, type Health, type HealthOptions, httpCheck } from './index.ts'

const exporter = new InMemorySpanExporter()

beforeEach(() => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
})

afterEach(() => {
  exporter.reset()
  trace.disable()
  context.disable()
  propagation.disable()
  metrics.disable()
})

function quiet(options: HealthOptions): Health {
  return health({ logger: false, ...options })
}

const down = (): never => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
}
const never = (): Promise<void> => new Promise(() => {})

function spanOf(name: string): ReadableSpan {
  return exporter.getFinishedSpans().find((span) => span.name === name) ?? expect.unreachable()
}

describe('spans', () => {
  test('each call is a CLIENT span, a child of the span that asked, and active within the check (health/38)', async () => {
    let inside: string | undefined
    const part = quiet({ checks: { db: async () => void (inside = trace.getActiveSpan()?.spanContext().spanId) } })
    const tracer = trace.getTracer('test')
    const traceId = await tracer.startActiveSpan('GET /healthz', async (span) => {
      await new Hono().use(part).request('/healthz')
      await new Hono().use(part).request('/healthz')
      span.end()
      return span.spanContext().traceId
    })
    const span = spanOf('health.check db')
    expect(span.kind).toBe(SpanKind.CLIENT)
    expect(span.spanContext().traceId).toBe(traceId)
    expect(span.parentSpanContext?.spanId).toBe(spanOf('GET /healthz').spanContext().spanId)
    expect(span.spanContext().spanId).toBe(inside)
    expect(span.status.code).toBe(SpanStatusCode.UNSET)
    expect(span.attributes).toEqual({
      'health.check.name': 'db',
      'health.check.kind': 'critical',
      'health.check.status': 'pass',
    })
    expect(exporter.getFinishedSpans()).toHaveLength(2)
  })

  test('a failure is an error with its type, a hanging call ends its span at the timeout (health/38)', async () => {
    const part = quiet({
      timeout: '20ms',
      checks: { db: { check: down, kind: 'degraded' }, hung: never, odd: () => 'warn' },
    })
    await part.check()
    expect(spanOf('health.check db').status).toEqual({ code: SpanStatusCode.ERROR, message: 'connect ECONNREFUSED' })
    expect(spanOf('health.check db').attributes).toMatchObject({
      'error.type': 'ECONNREFUSED',
      'health.check.kind': 'degraded',
      'health.check.status': 'fail',
    })
    expect(spanOf('health.check hung').attributes['error.type']).toBe('timeout')
    expect(spanOf('health.check odd').status.code).toBe(SpanStatusCode.UNSET)
  })

  test('calls in the background are no part of the request that began them (health/38)', async () => {
    const part = quiet({ checks: { db: { check: () => {}, interval: '5ms' } } })
    const first = await trace.getTracer('test').startActiveSpan('GET /healthz', async (span) => {
      await part.check()
      span.end()
      return span.spanContext().traceId
    })
    const traces = (): string[] => exporter.getFinishedSpans().map((span) => span.spanContext().traceId)
    await eventually(() => traces().length > 4, 'calls in the background')
    part.close()
    expect(traces().filter((id) => id === first)).toHaveLength(2)
    expect(new Set(traces()).size).toBe(traces().length - 1)
  })

  test('httpCheck carries the trace to the peer (health/31)', async () => {
    let received: string | null = null
    const peer = (request: Request): Response => {
      received = request.headers.get('traceparent')
      return new Response('ok')
    }
    await using server = await serve(peer)
    expect((await quiet({ checks: { peer: httpCheck(server.url) } }).check()).status).toBe('pass')
    const { traceId, spanId } = spanOf('health.check peer').spanContext()
    expect(received).toBe(`00-${traceId}-${spanId}-01`)
  })
})

interface Metering {
  points(name: string): Promise<DataPoint<unknown>[]>
  close(): Promise<void>
}

function startMetering(): Metering {
  const store = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: store, exportIntervalMillis: 60_000 })
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  return {
    async points(name) {
      await reader.forceFlush()
      const found =
        store
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      return found.filter((metric) => metric.descriptor.name === name).flatMap((metric) => [...metric.dataPoints])
    },
    close: () => provider.shutdown(),
  }
}

function isHistogram(value: unknown): value is Histogram {
  return typeof value === 'object' && value !== null && 'buckets' in value
}

describe('metrics', () => {
  test('a gauge tells how each check stands, by name and kind (health/39)', async () => {
    const metering = startMetering()
    const part = quiet({
      ttl: 0,
      checks: { db: down, cache: { check: () => 'warn', kind: 'degraded' }, disk: () => {}, never: () => {} },
    })
    for (const name of ['db', 'cache', 'disk']) await part.check(name)
    const points = await metering.points('seaworthy.health.check.status')
    expect(points.map(({ value, attributes }) => [value, attributes])).toEqual([
      [0, { 'health.check.name': 'db', 'health.check.kind': 'critical' }],
      [0.5, { 'health.check.name': 'cache', 'health.check.kind': 'degraded' }],
      [1, { 'health.check.name': 'disk', 'health.check.kind': 'critical' }],
    ])
    await metering.close()
  })

  test('close() ends the gauge (health/39)', async () => {
    const metering = startMetering()
    const up = { db: false }
    const part = quiet({ ttl: 0, checks: { db: () => up.db } })
    const gauge = async (): Promise<unknown> => (await metering.points('seaworthy.health.check.status'))[0]?.value
    await part.check()
    expect(await gauge()).toBe(0)
    part.close()
    up.db = true
    expect((await part.check()).status).toBe('pass')
    expect(await gauge()).not.toBe(1)
    await metering.close()
  })

  test('a histogram has the seconds of each call, a counter the transitions (health/39)', async () => {
    const metering = startMetering()
    const up = { db: true }
    const part = quiet({ ttl: 0, checks: { db: () => up.db } })
    for (const now of [true, true, false, false, true]) {
      up.db = now
      await part.check()
    }
    const durations = await metering.points('seaworthy.health.check.duration')
    const counts = durations.map(({ value, attributes }) => [
      attributes['health.check.status'],
      isHistogram(value) && value.count,
    ])
    expect(counts).toEqual([
      ['pass', 3],
      ['fail', 2],
    ])
    const [{ value } = { value: undefined }] = durations
    expect(isHistogram(value) && value.sum !== undefined && value.sum < 0.1).toBe(true)
    expect(isHistogram(value) && value.buckets.boundaries[0]).toBe(0.001)
    const transitions = await metering.points('seaworthy.health.check.transitions')
    expect(transitions.map(({ value: count, attributes }) => [attributes['health.check.status'], count])).toEqual([
      ['fail', 1],
      ['pass', 1],
    ])
    await metering.close()
  })

  test('a call that is not made has no duration (health/39)', async () => {
    const metering = startMetering()
    const part = quiet({ ttl: 0, timeout: '5ms', checks: { db: never } })
    for (let i = 0; i < 4; i++) await part.check()
    const [point] = await metering.points('seaworthy.health.check.duration')
    expect(isHistogram(point?.value) && point.value.count).toBe(2)
    await metering.close()
  })

  test('a service that was asked before the SDK started is recorded after it (health/40)', async () => {
    const part = quiet({ ttl: 0, checks: { db: down } })
    await part.check()
    const metering = startMetering()
    expect(await metering.points('seaworthy.health.check.status')).toEqual([])
    await part.check()
    expect(await metering.points('seaworthy.health.check.status')).toHaveLength(1)
    const [point] = await metering.points('seaworthy.health.check.duration')
    expect(isHistogram(point?.value) && point.value.count).toBe(1)
    await metering.close()
  })
})
