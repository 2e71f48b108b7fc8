import { context, diag, logs, metrics, propagation, trace, type TracerProvider } from '@opentelemetry/api'
import { afterEach, describe, expect, test } from 'vitest'
import { startTelemetry, TelemetryError, type TelemetryOptions } from './index.ts'
import { createLab, emitEach, spanStore } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

async function refusal(options: TelemetryOptions): Promise<TelemetryError> {
  const error: unknown = await startTelemetry({ onError: () => {}, ...options }).then(
    (telemetry) => telemetry.shutdown(),
    (reason: unknown) => reason,
  )
  if (error instanceof TelemetryError) return error
  throw new Error('It was not refused.')
}

describe('startTelemetry', () => {
  test('makes tracers, meters, loggers, propagation and context work, across awaits (telemetry/1)', async () => {
    const { exporter, spans } = spanStore()
    const earlier = trace.getTracer('made before the start')
    const telemetry = await lab.start({ traces: { exporter } })
    const carrier: Record<string, string> = {}
    const traceId = await earlier.startActiveSpan('outer', async (outer) => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      propagation.inject(context.active(), carrier)
      trace.getTracer('inner').startSpan('inner').end()
      outer.end()
      return outer.spanContext().traceId
    })
    await telemetry.forceFlush()
    expect(spans.map(({ name }) => name)).toEqual(['inner', 'outer'])
    expect(spans[0]?.parentSpanContext?.traceId).toBe(traceId)
    expect(carrier['traceparent']).toContain(traceId)
  })

  test('needs no options at all (telemetry/1)', async () => {
    lab.environment({ OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' })
    const telemetry = await startTelemetry()
    expect(trace.getTracer('any').startSpan('any').isRecording()).toBe(true)
    await telemetry.shutdown()
  })

  test('a second start is refused, a start after the shutdown is not (telemetry/3)', async () => {
    const first = await lab.start()
    expect((await refusal({})).code).toBe('ERR_TELEMETRY_STARTED')
    expect(trace.getTracer('any').startSpan('still works').isRecording()).toBe(true)
    await first.shutdown()
    const { exporter, spans } = spanStore()
    const second = await lab.start({ traces: { exporter } })
    emitEach()
    await second.forceFlush()
    expect(spans).toHaveLength(1)
  })

  test('two starts at once: one of them runs (telemetry/3)', async () => {
    const results = await Promise.allSettled([lab.start(), lab.start()])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('an option that cannot be used is refused, and leaves nothing behind (telemetry/4)', async () => {
    const wrong: TelemetryOptions[] = [
      { traces: { exporter: 'oltp' as 'otlp' } },
      { metrics: { exporter: 'zipkin' as 'otlp' } },
      { metrics: { interval: 0 } },
      { metrics: { interval: '25d' } },
      { traces: { maxPerSecond: 0 } },
      { traces: { maxPerSecond: Number.NaN } },
      { traces: { exporter: 'console', keep: { errors: false, slowerThan: false } } },
      { traces: { keep: { maxSpans: 0 } } },
    ]
    for (const options of wrong) {
      const error = await refusal(options)
      expect(error.code).toBe('ERR_TELEMETRY_OPTION')
      expect(error.message).toMatch(/write|leave/)
    }
    await expect(startTelemetry({ shutdownTimeout: 'soon' as '2s' })).rejects.toThrow('Not a duration')
    expect(trace.getTracer('any').startSpan('nothing runs').isRecording()).toBe(false)
    await lab.start()
    expect(trace.getTracer('any').startSpan('starts').isRecording()).toBe(true)
  })

  test('the shutdown takes back what was registered (telemetry/5)', async () => {
    const telemetry = await lab.start()
    await telemetry.shutdown()
    await telemetry.shutdown()
    await telemetry.forceFlush()
    expect(trace.getTracer('any').startSpan('after').isRecording()).toBe(false)
    expect(logs.getLogger('any').enabled()).toBe(false)
    expect(propagation.fields()).toEqual([])
  })

  test('ends with `await using` (telemetry/5)', async () => {
    {
      await using telemetry = await lab.start()
      expect(telemetry.exporters).toEqual({ traces: [], metrics: [], logs: [] })
    }
    expect(trace.getTracer('any').startSpan('after').isRecording()).toBe(false)
  })
})

describe('what was registered first', () => {
  test('a tracer of the runtime stays, and the rest is configured (telemetry/6)', async () => {
    const started: string[] = []
    const native: TracerProvider = {
      getTracer: () => ({
        startSpan(name) {
          started.push(name)
          return trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 })
        },
        startActiveSpan: () => {
          throw new Error('not used')
        },
      }),
    }
    trace.setGlobalTracerProvider(native)
    try {
      const logged: unknown[] = []
      const telemetry = await lab.start({ tap: { onLog: ({ body }) => logged.push(body) } })
      trace.getTracer('any').startSpan('to the runtime')
      logs.getLogger('any').emit({ body: 'to us' })
      expect(started).toEqual(['to the runtime'])
      expect(logged).toEqual(['to us'])
      expect(lab.reports.map(({ message }) => message)).toEqual([
        'The traces are left to the provider that was registered first.',
      ])
      await telemetry.shutdown()
      trace.getTracer('any').startSpan('still there')
      expect(started).toEqual(['to the runtime', 'still there'])
    } finally {
      trace.disable()
    }
  })

  test('a diag logger of the application stays (telemetry/6)', async () => {
    const messages: string[] = []
    const to = (message: string) => void messages.push(message)
    diag.setLogger({ error: to, warn: to, info: to, debug: to, verbose: to })
    try {
      messages.length = 0
      await lab.start()
      diag.warn('to the application')
      expect(messages).toContain('to the application')
      await lab.end()
      diag.warn('and still')
      expect(messages).toContain('and still')
    } finally {
      diag.disable()
    }
  })

  test('meters, propagator and context of the application stay (telemetry/6)', async () => {
    const { MeterProvider } = await import('@opentelemetry/sdk-metrics')
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks')
    const { W3CBaggagePropagator } = await import('@opentelemetry/core')
    const provider = new MeterProvider()
    metrics.setGlobalMeterProvider(provider)
    propagation.setGlobalPropagator(new W3CBaggagePropagator())
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    try {
      const telemetry = await lab.start()
      expect(metrics.getMeterProvider()).toBe(provider)
      expect(propagation.fields()).toEqual(['baggage'])
      expect(lab.reports[0]?.message).toBe('The metrics are left to the provider that was registered first.')
      await telemetry.shutdown()
      expect(metrics.getMeterProvider()).toBe(provider)
      expect(propagation.fields()).toEqual(['baggage'])
    } finally {
      metrics.disable()
      propagation.disable()
      context.disable()
    }
  })
})
