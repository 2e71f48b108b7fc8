import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { handler, requestId, stack } from '@seaworthy/middleware'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger, requestLog } from './index.ts'
import { pinoOutput } from './pino.ts'

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()))
afterAll(() => context.disable())

/** A real pino that writes to memory. */
function memoryPino(): { logger: ReturnType<typeof createLogger>; lines: () => Record<string, unknown>[] } {
  const written: string[] = []
  const target = pino({ level: 'trace' }, { write: (line: string) => void written.push(line) })
  const logger = createLogger({ level: 'debug', buffer: true, clock: () => 5, outputs: [pinoOutput(target)] })
  return { logger, lines: () => written.map((line) => JSON.parse(line)) }
}

test('pinoOutput gives lines of every level to pino, redacted (log/62)', () => {
  const { logger, lines } = memoryPino()
  logger.debug('a')
  logger.info('b', { c: 1, password: 'canary' })
  logger.warn('d')
  logger.error(new TypeError('broken'), 'e')
  logger.fatal('f')
  logger.flush()
  expect(lines()).toMatchObject([
    { level: 20, msg: 'a' },
    { level: 30, msg: 'b', c: 1, password: '[redacted]' },
    { level: 40, msg: 'd' },
    { level: 50, msg: 'e', err: { type: 'TypeError', message: 'broken', stack: expect.any(String) } },
    { level: 60, msg: 'f' },
  ])
})

test('pinoOutput gives ids, and the time of lines that were held back (log/62)', async () => {
  const { logger, lines } = memoryPino()
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }
  const serve = handler(stack(requestId({ generate: () => 'r-1' }), requestLog({ logger, ignore: () => true })), () => {
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => logger.info('held'))
    logger.error('failed')
    return new Response()
  })
  await serve(new Request('http://localhost/'))
  expect(lines()).toMatchObject([
    {
      msg: 'held',
      request_id: 'r-1',
      trace_id: span.traceId,
      span_id: span.spanId,
      logged_at: '1970-01-01T00:00:00.005Z',
    },
    { msg: 'failed', request_id: 'r-1' },
  ])
  expect(lines()[1]).not.toHaveProperty('logged_at')
})
