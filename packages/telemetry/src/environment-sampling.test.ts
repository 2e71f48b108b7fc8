import { context, propagation, ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api'
import { afterEach, describe, expect, test } from 'vitest'
import { createLab, emitEach } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

function messages(): string[] {
  return lab.reports.map(({ level, message }) => `${level}: ${message}`)
}

/** Which of these spans are sampled: a root, and the children of remote parents that are sampled and not. */
function samplingOf(): { root: boolean; sampledParent: boolean; unsampledParent: boolean } {
  const remote = (traceFlags: TraceFlags) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags, isRemote: true })
  const isSampled = (from: Context) => {
    const span = trace.getTracer('tests').startSpan('any', {}, from)
    span.end()
    return span.spanContext().traceFlags === TraceFlags.SAMPLED
  }
  return {
    root: isSampled(ROOT_CONTEXT),
    sampledParent: isSampled(remote(TraceFlags.SAMPLED)),
    unsampledParent: isSampled(remote(TraceFlags.NONE)),
  }
}

describe('OTEL_SDK_DISABLED', () => {
  test('true in any case: nothing is recorded, and traces still cross to other services (telemetry/7)', async () => {
    lab.environment({ OTEL_SDK_DISABLED: 'True', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
    const telemetry = await lab.start({ tap: { onSpanEnd: () => expect.unreachable() } })
    expect(telemetry.exporters).toEqual({ traces: [], metrics: [], logs: [] })
    emitEach()
    const incoming = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }
    const carrier: Record<string, string> = {}
    context.with(propagation.extract(context.active(), incoming), () => propagation.inject(context.active(), carrier))
    expect(carrier).toEqual(incoming)
    await telemetry.forceFlush()
    expect(messages()).toEqual([])
  })

  test('anything else does not disable, and nonsense is reported (telemetry/7) (telemetry/8)', async () => {
    lab.environment({
      OTEL_SDK_DISABLED: 'yes',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    })
    await lab.start()
    expect(samplingOf().root).toBe(true)
    expect(messages()).toEqual(['warn: OTEL_SDK_DISABLED is "yes": write true or false. It is taken as false.'])
  })
})

describe('OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG', () => {
  const all = { root: true, sampledParent: true, unsampledParent: true }
  const none = { root: false, sampledParent: false, unsampledParent: false }
  const cases = {
    always_on: all,
    always_off: none,
    'traceidratio 1': all,
    'traceidratio 0': none,
    parentbased_always_on: { root: true, sampledParent: true, unsampledParent: false },
    parentbased_always_off: { root: false, sampledParent: true, unsampledParent: false },
    'parentbased_traceidratio 1': { root: true, sampledParent: true, unsampledParent: false },
    'parentbased_traceidratio 0': { root: false, sampledParent: true, unsampledParent: false },
    parentbased_traceidratio: { root: true, sampledParent: true, unsampledParent: false },
  }
  for (const [setting, expected] of Object.entries(cases)) {
    test(`${setting} (telemetry/9)`, async () => {
      const [name, arg] = setting.split(' ')
      lab.environment({ NODE_ENV: 'production', OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: arg })
      await lab.start()
      expect(samplingOf()).toEqual(expected)
    })
  }

  test('a ratio in between samples that share (telemetry/9)', async () => {
    lab.environment({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' })
    await lab.start()
    const sampled = Array.from({ length: 4000 }, () => samplingOf().root).filter(Boolean).length
    expect(sampled).toBeGreaterThan(800)
    expect(sampled).toBeLessThan(1200)
  })

  test('without them: ten traces a second in production (telemetry/21)', async () => {
    lab.environment({ NODE_ENV: undefined })
    await lab.start()
    expect(Array.from({ length: 100 }, () => samplingOf().root).filter(Boolean)).toHaveLength(10)
    expect(samplingOf()).toMatchObject({ sampledParent: true, unsampledParent: false })
  })

  test('maxPerSecond sets how many (telemetry/21)', async () => {
    lab.environment({ NODE_ENV: 'production' })
    await lab.start({ traces: { maxPerSecond: 3 } })
    expect(Array.from({ length: 100 }, () => samplingOf().root).filter(Boolean)).toHaveLength(3)
  })

  test('without them: every trace in development, also those that others did not sample (telemetry/21)', async () => {
    lab.environment({ NODE_ENV: 'development' })
    await lab.start({ traces: { maxPerSecond: 3 } })
    expect(Array.from({ length: 100 }, () => samplingOf().root).filter(Boolean)).toHaveLength(100)
    expect(samplingOf()).toEqual(all)
  })

  test('the sampler of the options wins over the variable (telemetry/2)', async () => {
    lab.environment({ OTEL_TRACES_SAMPLER: 'always_off' })
    const { AlwaysOnSampler } = await import('@opentelemetry/sdk-trace')
    await lab.start({ traces: { sampler: new AlwaysOnSampler() } })
    expect(samplingOf().root).toBe(true)
  })

  test('a name or a ratio that is not supported is reported, and the default is used (telemetry/8)', async () => {
    lab.environment({
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    })
    await lab.start()
    expect(samplingOf()).toEqual(all)
    expect(messages()).toEqual([
      'warn: OTEL_TRACES_SAMPLER is "jaeger_remote", which is not supported: the default sampler is used.',
    ])
    await lab.end()
    for (const arg of ['2', '-1', 'half']) {
      lab.environment({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: arg })
      await lab.start()
      expect(samplingOf().root).toBe(true)
      expect(messages()[0]).toContain(`OTEL_TRACES_SAMPLER_ARG is "${arg}"`)
      await lab.end()
    }
  })
})

describe('OTEL_PROPAGATORS', () => {
  function injected(): Record<string, string> {
    const carrier: Record<string, string> = {}
    const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED }
    const baggage = propagation.createBaggage({ tenant: { value: 'blue' } })
    propagation.inject(propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, parent), baggage), carrier)
    return carrier
  }
  const cases: Record<string, string[]> = {
    '': ['baggage', 'traceparent'],
    'tracecontext,baggage': ['baggage', 'traceparent'],
    tracecontext: ['traceparent'],
    ' baggage , ': ['baggage'],
    b3: ['b3'],
    b3multi: ['x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid'],
    'tracecontext,b3': ['b3', 'traceparent'],
    none: [],
  }
  for (const [value, headers] of Object.entries(cases)) {
    test(`"${value}" sends ${headers.join(', ') || 'nothing'} (telemetry/10)`, async () => {
      lab.environment({ OTEL_PROPAGATORS: value })
      await lab.start()
      expect(Object.keys(injected()).toSorted()).toEqual(headers)
    })
  }

  test('one that is not supported is reported and left out (telemetry/8)', async () => {
    lab.environment({ OTEL_PROPAGATORS: 'xray,tracecontext' })
    await lab.start()
    expect(Object.keys(injected())).toEqual(['traceparent'])
    expect(messages()[0]).toBe('warn: The propagator "xray" is not supported and is left out.')
  })

  test('the options win, with names and with propagators (telemetry/2)', async () => {
    const { W3CBaggagePropagator } = await import('@opentelemetry/core')
    lab.environment({ OTEL_PROPAGATORS: 'b3' })
    await lab.start({ propagators: ['tracecontext', new W3CBaggagePropagator()] })
    expect(Object.keys(injected()).toSorted()).toEqual(['baggage', 'traceparent'])
  })
})
