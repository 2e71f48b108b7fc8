import { logs, metrics, trace } from '@opentelemetry/api'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace'
import type { MetricProducer } from '@opentelemetry/sdk-metrics'
import { afterEach, describe, expect, test } from 'vitest'
import type { Tap } from './index.ts'
import { httpReceiver } from './http-receiver.fixture.ts'
import { createLab, emitEach } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

interface Recorder extends Required<Tap> {
  readonly spans: string[]
  readonly bodies: unknown[]
  /** The names of the metrics with the value of their first point. */
  metrics(): Promise<Record<string, unknown>>
}

function recorder(): Recorder {
  let producer: MetricProducer | undefined
  const spans: string[] = []
  const bodies: unknown[] = []
  return {
    spans,
    bodies,
    onSpanEnd: ({ name }) => void spans.push(name),
    onLog: ({ body }) => void bodies.push(body),
    reader: { setMetricProducer: (given) => void (producer = given) },
    async metrics() {
      const collected = await producer?.collect()
      const all = collected?.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      return Object.fromEntries(all.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value]))
    },
  }
}

describe('a tap', () => {
  test('that is given at the start receives everything, with no exporter at all (telemetry/29)', async () => {
    const tap = recorder()
    await lab.start({ tap })
    emitEach()
    expect(tap.spans).toEqual(['work'])
    expect(tap.bodies).toEqual(['hello'])
    expect(await tap.metrics()).toEqual({ jobs: 1 })
    expect(lab.reports).toEqual([])
  })

  test('that comes later receives what comes later, and all metrics so far (telemetry/29)', async () => {
    const telemetry = await lab.start()
    emitEach()
    const tap = recorder()
    telemetry.tap(tap)
    emitEach()
    expect(tap.spans).toEqual(['work'])
    expect(tap.bodies).toEqual(['hello'])
    expect(await tap.metrics()).toEqual({ jobs: 2 })
  })

  test('takes nothing away from the exporters, whose metrics stay whole (telemetry/29)', async () => {
    for (const temporality of ['cumulative', 'delta'] as const) {
      const collector = await httpReceiver()
      try {
        const tap = recorder()
        lab.environment({
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
        })
        const telemetry = await lab.start({ tap })
        for (let i = 1; i <= 3; i++) {
          emitEach()
          expect(await tap.metrics()).toEqual({ jobs: i })
          await telemetry.forceFlush()
        }
        expect(collector.metrics.map(({ points }) => points[0]?.value)).toEqual(
          temporality === 'delta' ? [1, 1, 1] : [1, 2, 3],
        )
        expect(collector.spans).toHaveLength(3)
        expect(tap.spans).toHaveLength(3)
        await lab.end()
      } finally {
        await collector.close()
      }
    }
  })

  test('is replaced by the next one, and removed by none (telemetry/30)', async () => {
    const [first, second] = [recorder(), recorder()]
    const telemetry = await lab.start({ tap: first })
    telemetry.tap(second)
    telemetry.tap(second)
    emitEach()
    telemetry.tap(undefined)
    emitEach()
    expect(first.spans).toEqual([])
    expect(second.spans).toEqual(['work'])
    expect(second.bodies).toEqual(['hello'])
  })

  test('may come, go and come again with a reader that can be bound once (telemetry/30)', async () => {
    const { createPrometheusReader } = await import('@seaworthy/metrics')
    const tap = { reader: createPrometheusReader() }
    const telemetry = await lab.start({ tap })
    telemetry.tap(undefined)
    telemetry.tap(tap)
    emitEach()
    expect(new TextDecoder().decode((await tap.reader.scrape()).body)).toContain('jobs_total')
    expect(lab.reports).toEqual([])
  })

  test('may have any of its members (telemetry/30)', async () => {
    const telemetry = await lab.start({ tap: {} })
    emitEach()
    expect(logs.getLogger('tests').enabled()).toBe(false)
    telemetry.tap({ onLog: () => {} })
    expect(logs.getLogger('tests').enabled()).toBe(true)
    emitEach()
    telemetry.tap({ onSpanEnd: () => {} })
    emitEach()
    expect(lab.reports).toEqual([])
  })

  test('that throws harms nobody, and is reported once (telemetry/30)', async () => {
    const thrown = new Error('broken tap')
    const broken = (): never => {
      throw thrown
    }
    await lab.start({ tap: { onSpanEnd: broken, onLog: broken, reader: { setMetricProducer: broken } } })
    for (let i = 0; i < 10; i++) expect(emitEach().isRecording()).toBe(false)
    expect(lab.reports).toEqual([{ level: 'warn', message: 'The tap failed.', fields: { error: thrown } }])
  })

  test('does not see what the sampler drops (telemetry/29)', async () => {
    const tap = recorder()
    await lab.start({ tap, traces: { sampler: new AlwaysOffSampler() } })
    trace.getTracer('tests').startSpan('dropped').end()
    metrics.getMeter('tests').createCounter('counted').add(1)
    expect(tap.spans).toEqual([])
    expect(await tap.metrics()).toEqual({ counted: 1 })
  })
})
