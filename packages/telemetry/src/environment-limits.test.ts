import { diag, logs, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, test } from 'vitest'
import { createLab, emitEach, spanStore } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

function messages(): string[] {
  return lab.reports.map(({ level, message }) => `${level}: ${message}`)
}

describe('numbers', () => {
  test('that are none, or too small, are reported and ignored (telemetry/8)', async () => {
    const wrong = {
      OTEL_BSP_SCHEDULE_DELAY: 'soon',
      OTEL_BSP_MAX_QUEUE_SIZE: '0',
      OTEL_BLRP_EXPORT_TIMEOUT: '-1',
      OTEL_METRIC_EXPORT_INTERVAL: '1.5',
      OTEL_METRIC_EXPORT_TIMEOUT: '2147483648',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '0',
      OTEL_SPAN_EVENT_COUNT_LIMIT: 'Infinity',
    }
    lab.environment(wrong)
    const { exporter, spans } = spanStore()
    const telemetry = await lab.start({ traces: { exporter } })
    emitEach()
    await telemetry.forceFlush()
    expect(spans).toHaveLength(1)
    for (const [name, value] of Object.entries(wrong)) {
      expect(
        messages().some((message) => message.startsWith(`warn: ${name} is "${value}": write a whole number`)),
      ).toBe(true)
    }
  })

  test('blank counts as unset (telemetry/8)', async () => {
    lab.environment({
      OTEL_BSP_SCHEDULE_DELAY: ' ',
      OTEL_TRACES_SAMPLER: '',
      OTEL_TRACES_EXPORTER: ' ',
      OTEL_SDK_DISABLED: '',
    })
    await lab.start({ tap: {} })
    expect(messages()).toEqual([])
  })
})

describe('attribute limits', () => {
  async function spanUnder(variables: Record<string, string>): Promise<ReturnType<typeof spanStore>['spans'][number]> {
    lab.environment(variables)
    const { exporter, spans } = spanStore()
    const telemetry = await lab.start({ traces: { exporter } })
    const link = {
      context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 },
      attributes: { a: 1, b: 2 },
    }
    const span = trace.getTracer('tests').startSpan('limited', { links: [link, link, link] })
    span.setAttributes({ a: 'abcdefgh', b: 'abcdefgh', c: 'abcdefgh' })
    for (const name of ['one', 'two', 'three']) span.addEvent(name, { a: 1, b: 2 })
    span.end()
    await telemetry.forceFlush()
    const [ended] = spans
    if (!ended) throw new Error('No span arrived.')
    return ended
  }

  test('OTEL_ATTRIBUTE_COUNT_LIMIT and OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT hold for spans (telemetry/15)', async () => {
    const span = await spanUnder({ OTEL_ATTRIBUTE_COUNT_LIMIT: '2', OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' })
    expect(span.attributes).toEqual({ a: 'abc', b: 'abc' })
    expect(span.droppedAttributesCount).toBe(1)
  })

  test('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT and OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT win for spans (telemetry/15)', async () => {
    const span = await spanUnder({
      OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2',
      OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '4',
    })
    expect(span.attributes).toEqual({ a: 'abcd', b: 'abcd' })
  })

  test('OTEL_SPAN_EVENT_COUNT_LIMIT and OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT (telemetry/15)', async () => {
    const span = await spanUnder({ OTEL_SPAN_EVENT_COUNT_LIMIT: '2', OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '1' })
    expect(span.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['two', { a: 1 }],
      ['three', { a: 1 }],
    ])
  })

  test('OTEL_SPAN_LINK_COUNT_LIMIT and OTEL_LINK_ATTRIBUTE_COUNT_LIMIT (telemetry/15)', async () => {
    const span = await spanUnder({ OTEL_SPAN_LINK_COUNT_LIMIT: '2', OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '1' })
    expect(span.links.map(({ attributes }) => attributes)).toEqual([{ a: 1 }, { a: 1 }])
  })

  test('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT and OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT win for log records, OTEL_ATTRIBUTE_* hold (telemetry/15)', async () => {
    const records: unknown[] = []
    const attributes = { a: 'abcdefgh', b: 'abcdefgh', c: 'abcdefgh' }
    const tap = { onLog: (record: { readonly attributes: unknown }) => void records.push(record.attributes) }
    lab.environment({ OTEL_ATTRIBUTE_COUNT_LIMIT: '1', OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2' })
    await lab.start({ tap })
    logs.getLogger('tests').emit({ body: 'limited', attributes })
    await lab.end()
    lab.environment({
      OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '2',
      OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3',
    })
    await lab.start({ tap })
    logs.getLogger('tests').emit({ body: 'limited', attributes })
    expect(records).toEqual([{ a: 'ab' }, { a: 'abc', b: 'abc' }])
  })
})

describe('OTEL_LOG_LEVEL', () => {
  async function heard(level: string | undefined): Promise<string[]> {
    lab.environment({
      OTEL_LOG_LEVEL: level,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    })
    await lab.start()
    lab.reports.length = 0
    for (const name of ['error', 'warn', 'info', 'debug', 'verbose'] as const) diag[name](`a ${name}`)
    const said = messages().filter((message) => / a \w+$/.test(message))
    await lab.end()
    return said
  }
  const lines = [
    'error: OpenTelemetry: a error',
    'warn: OpenTelemetry: a warn',
    'info: OpenTelemetry: a info',
    'debug: OpenTelemetry: a debug',
    'debug: OpenTelemetry: a verbose',
  ]

  test('sets what the SDK says of itself: warnings and errors by default (telemetry/16)', async () => {
    expect(await heard(undefined)).toEqual(lines.slice(0, 2))
    expect(await heard('none')).toEqual([])
    expect(await heard('error')).toEqual(lines.slice(0, 1))
    expect(await heard('INFO')).toEqual(lines.slice(0, 3))
    expect(await heard('debug')).toEqual(lines.slice(0, 4))
    expect(await heard('all')).toEqual(lines)
  })

  test('an unknown level is reported (telemetry/8)', async () => {
    lab.environment({ OTEL_LOG_LEVEL: 'loud' })
    await lab.start({ tap: {} })
    expect(messages().join()).toContain('Unknown log level "loud"')
  })
})
