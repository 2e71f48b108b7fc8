import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fileLogger, type ParsedLine } from './file-logger.fixture.ts'
import { createLogger, type KeyNames, type KeyPreset } from './index.ts'

const clock = (): number => 0
const time = '1970-01-01T00:00:00.000Z'
const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }

/** An info line inside a span, and a fatal one with an error. */
function linesWith(keys: KeyNames | KeyPreset, log?: Parameters<typeof context.with>[1]): ParsedLine[] {
  using file = fileLogger({ clock, keys })
  context.with(trace.setSpanContext(ROOT_CONTEXT, span), log ?? (() => file.logger.warn('m', { a: 1 })))
  file.logger.fatal(Object.assign(new TypeError('broken'), { code: 'ERR_B' }), 'died')
  return file.lines()
}

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()))
afterAll(() => context.disable())
afterEach(() => void delete process.env['GOOGLE_CLOUD_PROJECT'])

describe('names of members', () => {
  test('can be changed one by one (log/10)', () => {
    const lines = linesWith({ time: '@t', msg: 'message', trace_id: 'traceId', error: 'err' })
    expect(lines).toEqual([
      { '@t': time, level: 'warn', message: 'm', traceId: span.traceId, span_id: span.spanId, a: 1 },
      {
        '@t': time,
        level: 'fatal',
        message: 'died',
        err: expect.objectContaining({ message: 'broken', code: 'ERR_B' }),
      },
    ])
  })

  test('count for text lines too (log/10)', () => {
    using file = fileLogger({ clock, format: 'text', keys: { msg: 'message' } })
    file.logger.info('m')
    expect(file.text()).toBe(`time=${time} level=info message=m\n`)
  })

  test('free the former ones for fields (log/9) (log/10)', () => {
    using file = fileLogger({ clock, keys: { msg: 'message' } })
    file.logger.info('m', { msg: 'field', message: 'over' })
    expect(file.lines()).toEqual([{ time, level: 'info', message: 'over', msg: 'field' }])
  })

  test('that cannot be used are refused (log/66)', () => {
    const bad: unknown[] = [
      { msg: 'time' },
      { msg: '' },
      { message: 'x' },
      { time: 5 },
      'elastic',
      { msg: 'a', level: 'a' },
    ]
    for (const keys of bad) {
      expect(() => createLogger({ keys: keys as KeyNames })).toThrow(expect.objectContaining({ code: 'ERR_LOG_KEYS' }))
    }
  })
})

describe('the preset', () => {
  test('gcp writes what Cloud Logging and Error Reporting read (log/11)', () => {
    const ids = { 'logging.googleapis.com/spanId': span.spanId, 'logging.googleapis.com/trace_sampled': true }
    expect(linesWith('gcp')).toEqual([
      { time, severity: 'WARNING', message: 'm', 'logging.googleapis.com/trace': span.traceId, ...ids, a: 1 },
      {
        time,
        severity: 'CRITICAL',
        message: 'died',
        error: expect.objectContaining({ code: 'ERR_B' }),
        stack_trace: expect.stringMatching(/^TypeError: broken\n/),
      },
    ])
    process.env['GOOGLE_CLOUD_PROJECT'] = 'shop'
    expect(linesWith('gcp')[0]).toMatchObject({
      'logging.googleapis.com/trace': `projects/shop/traces/${span.traceId}`,
    })
  })

  test('aws writes the names of Lambda and the trace id of X-Ray (log/11)', () => {
    const xray_trace_id = '1-0af76519-16cd43dd8448eb211c80319c'
    expect(linesWith('aws')).toEqual([
      { timestamp: time, level: 'WARN', message: 'm', xray_trace_id, span_id: span.spanId, a: 1 },
      { timestamp: time, level: 'FATAL', message: 'died', error: expect.objectContaining({ type: 'TypeError' }) },
    ])
  })

  test('datadog writes reserved attributes and decimal ids (log/11)', () => {
    const ids = { 'dd.trace_id': '9532127138774266268', 'dd.span_id': '13235353014750950193' }
    expect(linesWith('datadog')).toEqual([
      { timestamp: time, status: 'warn', message: 'm', ...ids, a: 1 },
      {
        timestamp: time,
        status: 'critical',
        message: 'died',
        error: expect.objectContaining({ kind: 'TypeError', message: 'broken', stack: expect.any(String) }),
      },
    ])
  })

  test('ecs writes the Elastic Common Schema (log/11)', () => {
    const version = { 'ecs.version': '8.11.0' }
    expect(linesWith('ecs')).toEqual([
      {
        '@timestamp': time,
        'log.level': 'warn',
        message: 'm',
        ...version,
        'trace.id': span.traceId,
        'span.id': span.spanId,
        a: 1,
      },
      {
        '@timestamp': time,
        'log.level': 'fatal',
        message: 'died',
        ...version,
        'error.type': 'TypeError',
        'error.message': 'broken',
        'error.code': 'ERR_B',
        'error.stack_trace': expect.any(String),
      },
    ])
  })

  test('of any service takes a thrown value that is no error (log/11)', () => {
    for (const keys of ['gcp', 'aws', 'datadog', 'ecs'] as const) {
      using file = fileLogger({ keys })
      file.logger.error('text', 'm')
      file.logger.error([1], 'm')
      expect(file.text()).toContain('text')
    }
  })
})
