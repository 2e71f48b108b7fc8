import { metrics } from '@opentelemetry/api'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLab, emitEach, spanStore, until } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

function messages(): string[] {
  return lab.reports.map(({ level, message }) => `${level}: ${message}`)
}

describe('OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER and OTEL_LOGS_EXPORTER', () => {
  test('console prints each signal (telemetry/11)', async () => {
    const printed: string[] = []
    const dir = vi.spyOn(console, 'dir').mockImplementation((value) => void printed.push(JSON.stringify(value)))
    try {
      lab.environment({
        OTEL_TRACES_EXPORTER: 'console',
        OTEL_METRICS_EXPORTER: 'console',
        OTEL_LOGS_EXPORTER: 'console',
      })
      const telemetry = await lab.start()
      expect(telemetry.exporters).toEqual({ traces: ['console'], metrics: ['console'], logs: ['console'] })
      emitEach()
      await telemetry.forceFlush()
      expect(printed).toHaveLength(3)
      for (const part of ['"name":"work"', '"name":"jobs"', '"body":"hello"']) expect(printed.join()).toContain(part)
      await lab.end()
    } finally {
      dir.mockRestore()
    }
  })

  test('none exports nothing, and says nothing (telemetry/11)', async () => {
    lab.environment({
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'otlp,none',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    })
    const telemetry = await lab.start()
    expect(telemetry.exporters).toEqual({ traces: [], metrics: [], logs: [] })
    expect(messages()).toEqual([])
  })

  test('several at once (telemetry/11)', async () => {
    lab.environment({ OTEL_TRACES_EXPORTER: 'otlp, console ,otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
    const telemetry = await lab.start()
    expect(telemetry.exporters.traces).toEqual(['otlp', 'console'])
  })

  test('an unknown name is reported and left out (telemetry/8)', async () => {
    lab.environment({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'prometheus' })
    const telemetry = await lab.start()
    expect(telemetry.exporters).toEqual({ traces: [], metrics: [], logs: [] })
    expect(messages()).toEqual([
      'warn: OTEL_TRACES_EXPORTER names "zipkin": write otlp, console, none. It is left out.',
      'warn: OTEL_LOGS_EXPORTER names "prometheus": write otlp, console, none. It is left out.',
    ])
  })

  test('the options win over the variables (telemetry/2)', async () => {
    const { exporter, spans } = spanStore()
    lab.environment({ OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'console' })
    const telemetry = await lab.start({
      traces: { exporter },
      metrics: { exporter: 'none' },
      logs: { exporter: 'none' },
    })
    expect(telemetry.exporters).toEqual({ traces: ['custom'], metrics: [], logs: [] })
    emitEach()
    await telemetry.forceFlush()
    expect(spans).toHaveLength(1)
  })
})

describe('OTEL_BSP_SCHEDULE_DELAY, OTEL_BSP_MAX_QUEUE_SIZE and OTEL_BSP_MAX_EXPORT_BATCH_SIZE', () => {
  test('set when and in what portions spans leave (telemetry/14)', async () => {
    const batches: number[] = []
    lab.environment({
      OTEL_BSP_SCHEDULE_DELAY: '10',
      OTEL_BSP_MAX_QUEUE_SIZE: '20',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
    })
    await lab.start({
      traces: {
        exporter: {
          export(spans, done) {
            batches.push(spans.length)
            done({ code: 0 })
          },
          shutdown: () => Promise.resolve(),
        },
      },
    })
    for (let i = 0; i < 50; i++) emitEach()
    await until(() => batches.reduce((sum, size) => sum + size, 0) >= 20, 'the queue')
    expect(Math.max(...batches)).toBe(4)
    await lab.end()
    expect(batches.reduce((sum, size) => sum + size, 0)).toBeLessThan(30)
  })
})

describe('OTEL_BLRP_SCHEDULE_DELAY, OTEL_BLRP_MAX_QUEUE_SIZE and OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', () => {
  test('set when and in what portions log records leave (telemetry/14)', async () => {
    const batches: number[] = []
    lab.environment({
      OTEL_BLRP_SCHEDULE_DELAY: '10',
      OTEL_BLRP_MAX_QUEUE_SIZE: '20',
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '4',
    })
    await lab.start({
      logs: {
        exporter: {
          export(records, done) {
            batches.push(records.length)
            done({ code: 0 })
          },
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        },
      },
    })
    for (let i = 0; i < 50; i++) emitEach()
    await until(() => batches.reduce((sum, size) => sum + size, 0) >= 20, 'the queue')
    expect(Math.max(...batches)).toBe(4)
    await lab.end()
    expect(batches.reduce((sum, size) => sum + size, 0)).toBeLessThan(30)
  })
})

describe('OTEL_BSP_EXPORT_TIMEOUT, OTEL_BLRP_EXPORT_TIMEOUT and OTEL_METRIC_EXPORT_TIMEOUT', () => {
  const hanging = { export: () => {}, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }
  for (const [variable, options] of [
    ['OTEL_BSP_EXPORT_TIMEOUT', { traces: { exporter: hanging } }],
    ['OTEL_BLRP_EXPORT_TIMEOUT', { logs: { exporter: hanging } }],
    ['OTEL_METRIC_EXPORT_TIMEOUT', { metrics: { exporter: hanging } }],
  ] as const) {
    test(`${variable} ends an export that hangs (telemetry/14)`, async () => {
      lab.environment({ [variable]: '50' })
      const telemetry = await lab.start({ ...options, tap: {} })
      emitEach()
      await telemetry.forceFlush()
      expect(messages()).toHaveLength(1)
      expect(messages()[0]).toMatch(/^warn: Telemetry cannot be exported \(\w+\): the export took more than 50 ms$/)
    })
  }
})

describe('OTEL_METRIC_EXPORT_INTERVAL', () => {
  function meteringExporter(): {
    exports: number[]
    exporter: NonNullable<Parameters<typeof lab.start>[0]>['metrics']
  } {
    const exports: number[] = []
    const exporter = {
      export: (_: unknown, done: (result: { code: number }) => void) => {
        exports.push(performance.now())
        done({ code: 0 })
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    }
    return { exports, exporter: { exporter } }
  }

  test('sets the time between exports (telemetry/14)', async () => {
    const { exports, exporter } = meteringExporter()
    lab.environment({ OTEL_METRIC_EXPORT_INTERVAL: '20' })
    await lab.start({ metrics: exporter ?? {} })
    emitEach()
    await until(() => exports.length >= 3, 'three exports')
    expect(messages().filter((message) => !message.includes('No OTLP endpoint'))).toEqual([])
  })

  test('the interval of the options wins (telemetry/2)', async () => {
    const { exports, exporter } = meteringExporter()
    lab.environment({ OTEL_METRIC_EXPORT_INTERVAL: '3600000' })
    await lab.start({ metrics: { ...exporter, interval: '20ms' } })
    emitEach()
    await until(() => exports.length >= 2, 'two exports')
  })
})

describe('a reader of metrics', () => {
  test('that the options give is fed (telemetry/11)', async () => {
    const { createPrometheusReader } = await import('@seaworthy/metrics')
    const reader = createPrometheusReader()
    const telemetry = await lab.start({ metrics: { readers: [reader] } })
    metrics.getMeter('tests').createCounter('jobs').add(3)
    expect(new TextDecoder().decode((await reader.scrape()).body)).toContain('jobs_total{otel_scope_name="tests"} 3')
    expect(telemetry.exporters.metrics).toEqual([])
    expect(messages()[0]).toContain('No OTLP endpoint is configured: traces and logs are not exported.')
  })
})
