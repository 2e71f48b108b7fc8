import { context, logs, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { handler, requestId, stack } from '@seaworthy/middleware'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogger, requestLog } from './index.ts'
import { otelOutput } from './otel.ts'

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }
const exporter = new InMemoryLogRecordExporter()
// Made before the SDK starts, as a module does.
const logger = createLogger({ level: 'debug', buffer: true, clock: () => 1_234, outputs: [otelOutput()] })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }))
})
beforeEach(() => exporter.reset())
afterAll(() => {
  context.disable()
  logs.disable()
})

test('otelOutput emits time, severity, body and attributes (log/61)', () => {
  logger.debug('a')
  logger.info('b', { order: { id: 1 }, password: 'canary' })
  logger.warn('c')
  logger.error('d')
  logger.fatal('e')
  const records = exporter.getFinishedLogRecords()
  expect(records.map(({ severityNumber, severityText, body }) => [severityNumber, severityText, body])).toEqual([
    [SeverityNumber.DEBUG, 'debug', 'a'],
    [SeverityNumber.INFO, 'info', 'b'],
    [SeverityNumber.WARN, 'warn', 'c'],
    [SeverityNumber.ERROR, 'error', 'd'],
    [SeverityNumber.FATAL, 'fatal', 'e'],
  ])
  expect(records[1]?.attributes).toEqual({ order: { id: 1 }, password: '[redacted]' })
  expect(records[1]?.hrTime).toEqual([1, 234_000_000])
  expect(records[1]?.instrumentationScope.name).toBe('@seaworthy/log')
})

test('otelOutput emits exceptions under their conventional names (log/61)', () => {
  logger.error(Object.assign(new TypeError('broken'), { code: 'ERR_B' }), 'm')
  logger.error('text', 'm')
  const [error, text] = exporter.getFinishedLogRecords()
  expect(error?.attributes).toEqual({
    'exception.type': 'TypeError',
    'exception.message': 'broken',
    'exception.stacktrace': expect.stringContaining('otel.test'),
    error: { code: 'ERR_B' },
  })
  expect(text?.attributes).toEqual({ 'exception.message': 'text' })
})

test('otelOutput emits a held line with the span and the time of when it was logged (log/61)', async () => {
  const serve = handler(stack(requestId({ generate: () => 'r-1' }), requestLog({ logger, ignore: () => true })), () => {
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => logger.info('held'))
    logger.error('failed')
    return new Response()
  })
  await serve(new Request('http://localhost/'))
  const [held, failed] = exporter.getFinishedLogRecords()
  expect(held).toMatchObject({ body: 'held', spanContext: span, attributes: { request_id: 'r-1' } })
  expect(failed?.spanContext).toBeUndefined()
})
