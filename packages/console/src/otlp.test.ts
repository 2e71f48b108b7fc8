import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { ROOT_CONTEXT, SpanKind, trace, type SpanContext } from '@opentelemetry/api'
import { handler } from '@seaworthy/middleware'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../test/support/serve.ts'
import {
  consolePage,
  type Chart,
  type Console,
  type InstrumentList,
  type LogPage,
  type Meta,
  type RequestPage,
  type ServiceMap,
  type SpanDetail,
  type Trace,
} from './index.ts'
import { makeSpan } from './telemetry.test-kit.ts'

let page: Console
let running: Running
beforeEach(async () => {
  page = consolePage()
  running = await serve(handler(page, () => new Response('the application')))
})
afterEach(async () => {
  page.close()
  await running[Symbol.asyncDispose]()
})

async function api<T>(path: string): Promise<T> {
  const answer: T = JSON.parse(await (await fetch(`${running.url}/_console/api/${path}`)).text())
  return answer
}

const resource = resourceFromAttributes({ 'service.name': 'inventory', 'service.instance.id': 'i-1' })
const forms = [
  ['protobuf', ProtoTraces, ProtoLogs, ProtoMetrics],
  ['JSON', JsonTraces, JsonLogs, JsonMetrics],
] as const
const compressions = ['none', 'gzip'] as const
const receiver = (signal: string): string => `${running.url}/_console/v1/${signal}`

describe.each(
  forms.flatMap(([name, Traces, Logs, Metrics]) =>
    compressions.map((compression) => ({ name, compression, Traces, Logs, Metrics })),
  ),
)('sent by the exporters as $name, $compression', ({ compression, Traces, Logs, Metrics }) => {
  const options = (signal: string): object => ({ url: receiver(signal), compression })

  test('spans join the trace of the service that called, with everything in them (console/19)', async () => {
    const remote: SpanContext = { ...makeSpan({ trace: 77, span: 5 }).spanContext(), traceFlags: 1, isRemote: true }
    page.onSpanEnd?.(makeSpan({ trace: 77, span: 5, kind: 'client', parent: 1 }))
    page.onSpanEnd?.(makeSpan({ trace: 77, span: 1 }))
    const provider = new TracerProvider({
      resource,
      spanProcessors: [new SimpleSpanProcessor({ exporter: new Traces(options('traces')) })],
    })
    const attributes = {
      text: 'ü',
      yes: true,
      whole: 42,
      negative: -7,
      half: 0.5,
      list: ['a', 'b'],
      numbers: [1, 2.5],
      big: 2 ** 52,
    }
    const span = provider.getTracer('stock', '2.0').startSpan(
      'GET /stock/:id',
      {
        kind: SpanKind.SERVER,
        attributes,
        startTime: [1_767_225_600, 1_234_567],
        links: [{ context: remote, attributes: { why: 'because' } }],
      },
      trace.setSpanContext(ROOT_CONTEXT, remote),
    )
    span.addEvent('cache.miss', { key: 'k' }, [1_767_225_600, 2_000_000])
    span.recordException(new TypeError('no stock'), [1_767_225_600, 2_500_000])
    span.setStatus({ code: 2, message: 'failed' })
    span.end([1_767_225_600, 3_234_567])
    await provider.shutdown()
    const [traceId, spanId] = [remote.traceId, span.spanContext().spanId]
    const whole = await api<Trace>(`traces/${traceId}`)
    expect(whole.services).toEqual(['orders', 'inventory'])
    expect(whole.missing).toEqual([])
    const detail = await api<SpanDetail>(`traces/${traceId}/${spanId}`)
    expect(detail).toMatchObject({ name: 'GET /stock/:id', kind: 'server', parentId: remote.spanId, error: true })
    expect(detail).toMatchObject({ statusMessage: 'failed', scope: { name: 'stock', version: '2.0' } })
    expect(detail.durationMs).toBeCloseTo(2, 6)
    expect(detail.offsetMs).toBeCloseTo(1.234567, 9)
    expect(detail.attributes).toEqual(attributes)
    expect(detail.resource['service.name']).toBe('inventory')
    expect(detail.details[0]).toEqual({ name: 'cache.miss', offsetMs: 2, attributes: { key: 'k' } })
    expect(detail.details[1]?.exception).toMatchObject({ type: 'TypeError', message: 'no stock' })
    expect(detail.links).toEqual([{ traceId, spanId: remote.spanId, attributes: { why: 'because' } }])
    expect((await api<RequestPage>('requests?service=inventory')).requests[0]).toMatchObject({
      nested: true,
      error: true,
    })
    const { calls } = await api<ServiceMap>('map')
    expect(calls.map(({ from, to }) => `${from} ${to}`)).toContain('service:orders service:inventory')
    expect((await api<Meta>('meta')).services).toEqual(['orders', 'inventory'])
  })

  test('log records keep their level, fields and trace (console/19)', async () => {
    const provider = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: new Logs(options('logs')) })],
    })
    const context = trace.setSpanContext(ROOT_CONTEXT, { ...makeSpan({ trace: 9 }).spanContext(), traceFlags: 1 })
    provider.getLogger('stock').emit({
      severityNumber: 13,
      severityText: 'WARN',
      body: { stock: { left: 2 }, tags: ['a', 1] },
      attributes: { item: 'pump', nested: { deep: [true] } },
      eventName: 'stock.low',
      timestamp: [1_767_225_600, 5_000_000],
      context,
    })
    await provider.shutdown()
    const { logs } = await api<LogPage>('logs')
    expect(logs).toEqual([
      {
        seq: 1,
        time: '2026-01-01T00:00:00.005Z',
        level: 'warn',
        service: 'inventory',
        message: '{"stock":{"left":2},"tags":["a",1]}',
        body: { stock: { left: 2 }, tags: ['a', 1] },
        event: 'stock.low',
        logger: 'stock',
        ...makeSpan({ trace: 9 }).spanContext(),
        attributes: { item: 'pump', nested: { deep: [true] } },
      },
    ])
  })

  test('metrics of each kind are charted (console/19) (console/10)', async () => {
    const exporter = new Metrics(options('metrics'))
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })
    const provider = new MeterProvider({ resource, readers: [reader] })
    const meter = provider.getMeter('stock')
    meter.createCounter('jobs', { unit: '{job}', description: 'Jobs' }).add(5, { kind: 'mail' })
    meter.createUpDownCounter('queue').add(3)
    meter.createGauge('temperature').record(36.6)
    const duration = meter.createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } })
    for (const value of [0.05, 0.5, 5]) duration.record(value)
    await provider.shutdown()
    const { instruments } = await api<InstrumentList>('metrics')
    expect(instruments).toEqual([
      { name: 'jobs', description: 'Jobs', unit: '{job}', kind: 'counter', services: ['inventory'], series: 1 },
      { name: 'queue', description: '', unit: '', kind: 'gauge', services: ['inventory'], series: 1 },
      { name: 'temperature', description: '', unit: '', kind: 'gauge', services: ['inventory'], series: 1 },
      { name: 'wait', description: '', unit: 's', kind: 'histogram', services: ['inventory'], series: 1 },
    ])
    const last = async (name: string): Promise<(number | null | undefined)[]> => {
      const { series } = await api<Chart>(`metrics/series?name=${name}&window=30s`)
      return series.map(({ values }) => values.findLast((value) => value !== null))
    }
    expect(await last('queue')).toEqual([3])
    expect(await last('temperature')).toEqual([36.6])
    expect(await last('wait')).toEqual([expect.closeTo(0.55, 6), expect.closeTo(4.4, 6), expect.closeTo(4.88, 6)])
  })
})
