import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { handler, middleware, requestId, stack, type Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileLogger } from './file-logger.fixture.ts'
import { createLogger, requestLog, withFields, type Logger, type LoggerOptions } from './index.ts'
import { memoryOutput, type MemoryOutput } from './testing.ts'

interface Service {
  readonly logger: Logger
  readonly output: MemoryOutput
  /** Serves one request with a handler, behind requestLog without access lines. */
  request(run: (logger: Logger) => Response | void | Promise<Response | void>, ...more: Middleware[]): Promise<void>
}

function service(options: LoggerOptions = {}): Service {
  const output = memoryOutput()
  const logger = createLogger({ buffer: true, ...options, outputs: [output] })
  const observer = requestLog({ logger, ignore: () => true })
  return {
    logger,
    output,
    async request(run, ...more) {
      const serve = handler(stack(...more, observer), async () => (await run(logger)) ?? new Response('ok'))
      const response = await Promise.resolve(serve(new Request('http://localhost/'))).catch(() => undefined)
      // A request ends when its body has been read; that of a failure need not.
      if (response && response.status < 500) await response.text()
    },
  }
}

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }

/** Runs the rest of a request inside a span, as tracing does. */
const inSpan = (traceFlags: number): Middleware =>
  middleware({ scope: (_, run) => context.with(trace.setSpanContext(ROOT_CONTEXT, { ...span, traceFlags }), run) })

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()))
afterAll(() => context.disable())

describe('a request that ends well', () => {
  test('drops its info and warn lines (log/26)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('a')
      logger.warn('b')
    })
    expect(output.messages).toEqual([])
  })

  test('keeps them where nothing is to be held (log/26)', async () => {
    const { request, output } = service({ buffer: false })
    await request((logger) => logger.info('a'))
    expect(output.messages).toEqual(['a'])
  })

  test('holds nothing of what is logged outside it (log/26) (log/30)', async () => {
    const { logger, request, output } = service()
    logger.info('before')
    await request(() => undefined)
    logger.info('after')
    expect(output.messages).toEqual(['before', 'after'])
  })

  test('drops its lines when its answer is a refusal of 4xx (log/27)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('a')
      return new Response(null, { status: 499 })
    })
    expect(output.messages).toEqual([])
  })
})

describe('a request that goes wrong', () => {
  test('writes its lines when it logs an error (log/27)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('a')
      logger.warn('b')
      logger.error('c')
    })
    expect(output.messages).toEqual(['a', 'b', 'c'])
  })

  test('writes its lines when another logger logs the error (log/27) (log/29)', async () => {
    const { request, output } = service()
    const audit = memoryOutput()
    const other = createLogger({ outputs: [audit] })
    await request((logger) => {
      logger.info('a')
      other.error('b')
    })
    expect(output.messages).toEqual(['a'])
    expect(audit.messages).toEqual(['b'])
  })

  test('writes its lines when it throws (log/27)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('a')
      throw new Error('no')
    })
    expect(output.messages).toEqual(['a'])
  })

  test('writes its lines when it throws and Hono answers, also with 400 (log/27)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ buffer: true, outputs: [output] })
    const app = new Hono().use(requestLog({ logger, ignore: () => true }))
    app.onError((_, c) => c.text('no', 400))
    app.get('/', () => {
      logger.info('a')
      throw new Error('no')
    })
    await (await app.request('/')).text()
    expect(output.messages).toEqual(['a'])
  })

  test('writes its lines when it answers with 500 or above, before the body is sent (log/27)', async () => {
    for (const status of [500, 503, 599]) {
      const { request, output } = service()
      await request((logger) => {
        logger.info('a')
        return new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }), { status })
      })
      expect(output.messages).toEqual(['a'])
    }
  })

  test('writes its lines at a flush (log/35)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('a')
      logger.with({ b: 1 }).flush()
      logger.info('c')
    })
    expect(output.messages).toEqual(['a', 'c'])
  })
})

describe('a trace', () => {
  test('that is sampled writes its lines (log/28)', async () => {
    const { request, output } = service()
    await request((logger) => logger.info('a'), inSpan(1))
    expect(output.messages).toEqual(['a'])
  })

  test('that is not sampled holds them, though its id is valid (log/28)', async () => {
    const { request, output } = service()
    await request((logger) => logger.info('a'), inSpan(0))
    expect(output.messages).toEqual([])
  })

  test('that turns out to be sampled writes what came before it (log/28) (log/29)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ buffer: true, outputs: [output] })
    const early = middleware({ before: () => logger.info('early') })
    const serve = handler(stack(requestLog({ logger, ignore: () => true }), early, inSpan(1)), () => new Response())
    await serve(new Request('http://localhost/'))
    expect(output.messages).toEqual(['early'])
  })
})

describe('the one buffer of a request', () => {
  test('lets no line overtake another: parent, child, sibling and another logger (log/29)', async () => {
    const { request, output } = service()
    await request((logger) => {
      const child = logger.with({ c: 1 })
      logger.info('1')
      child.info('2')
      logger.info('3')
      createLogger({ buffer: true, outputs: [output] }).info('4')
      child.with({ d: 1 }).info('5')
      child.error('6')
      logger.info('7')
      child.info('8')
    })
    expect(output.messages).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
  })

  test('writes no line twice, however many children ask for it (log/29)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('1')
      const child = logger.with({ c: 1 })
      child.info('2')
      child.error('3')
      logger.error('4')
      logger.flush()
      child.flush()
    })
    expect(output.messages).toEqual(['1', '2', '3', '4'])
  })

  test('loses no line of a parent when a child fails (log/29)', async () => {
    const { request, output } = service()
    await request(async (logger) => {
      logger.info('parent before')
      await Promise.all([1, 2].map(async (i) => logger.with({ i }).info(`child ${i}`)))
      logger.info('parent after')
      logger.with({ i: 3 }).error('failed')
    })
    expect(output.messages).toEqual(['parent before', 'child 1', 'child 2', 'parent after', 'failed'])
  })

  test('opens for its request alone: the logger outside and later requests hold on (log/30)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.error('first fails')
      logger.info('first goes on')
    })
    await request((logger) => logger.info('second is fine'))
    await request((logger) => {
      logger.info('third')
      logger.error('third fails')
    })
    expect(output.messages).toEqual(['first fails', 'first goes on', 'third', 'third fails'])
  })

  test('opens for its request alone among many at once (log/30)', async () => {
    const { request, output } = service()
    const one = (i: number): Promise<void> =>
      request(async (logger) => {
        logger.info('a', { i })
        await new Promise((resolve) => setTimeout(resolve, i % 5))
        if (i % 3 === 0) logger.error('b', { i })
        await new Promise((resolve) => setImmediate(resolve))
        logger.info('c', { i })
      })
    await Promise.all(Array.from({ length: 300 }, (_, i) => one(i)))
    const written = Map.groupBy(output.records, ({ fields }) => fields['i'])
    expect([...written.keys()].every((i) => Number(i) % 3 === 0)).toBe(true)
    expect([...written.values()].every((lines) => lines.map(({ msg }) => msg).join() === 'a,b,c')).toBe(true)
    expect(written.size).toBe(100)
  })

  test('is in the way of no printed line (log/32)', async () => {
    const { request, output } = service()
    await request((logger) => {
      logger.info('held')
      logger.print('printed')
    })
    expect(output.messages).toEqual(['printed'])
  })

  test('keeps debugging one request to that request, and holds no debug line (log/33)', async () => {
    const { request, output } = service({ debug: (x) => x.requestId === '1' })
    let ids = 0
    const numbered = requestId({ generate: () => String(++ids) })
    for (let i = 0; i < 3; i++) {
      await request((logger) => {
        logger.info('info')
        logger.debug('debug')
        logger.info('more')
      }, numbered)
    }
    expect(output.records.map(({ msg, requestId: id }) => `${id} ${msg}`)).toEqual(['1 info', '1 debug', '1 more'])
  })

  test('tells what was true when a line was logged (log/34)', async () => {
    using file = fileLogger({ buffer: true, clock: () => ++now })
    let now = 0
    const { logger } = file
    const order = { state: 'open', items: [{ count: 1 }] }
    const serve = handler(requestLog({ logger, ignore: () => true }), () => {
      logger.info('held', order)
      logger.info('held too', { order })
      order.state = 'closed'
      order.items.push({ count: 2 })
      logger.error(Object.assign(new Error('e'), { order }), 'written')
      return new Response()
    })
    await serve(new Request('http://localhost/'))
    const open = { state: 'open', items: [{ count: 1 }] }
    expect(file.lines()).toMatchObject([
      { time: '1970-01-01T00:00:00.001Z', msg: 'held', ...open },
      { time: '1970-01-01T00:00:00.002Z', msg: 'held too', order: open },
      { time: '1970-01-01T00:00:00.003Z', msg: 'written', error: { order: { state: 'closed' } } },
    ])
  })
})

test('the fields of a logger are as they were, too (log/21) (log/34)', async () => {
  for (const format of ['json', 'text'] as const) {
    using file = fileLogger({ buffer: true, format, redact: ['user.email'], maxSize: '64B' })
    const user = { state: 'open', email: 'canary' }
    const serve = handler(requestLog({ logger: file.logger, ignore: () => true }), () => {
      const child = file.logger.with({ user, long: 'x'.repeat(100) })
      child.info('held')
      withFields({ user }, () => file.logger.info('held too'))
      user.state = 'closed'
      child.error('written')
      return new Response()
    })
    await serve(new Request('http://localhost/'))
    const text = file.text()
    expect(text.match(/\bopen\b/g)).toHaveLength(2)
    expect(text.match(/…\[36 more bytes\]"/g)).toHaveLength(2)
    expect(text).not.toContain('canary')
  }
})

describe('the bounds of a buffer', () => {
  test('are 1,000 lines (log/31) (log/67)', async () => {
    const { request, output } = service({ buffer: true })
    await request((logger) => {
      for (let i = 0; i < 1005; i++) logger.info(String(i))
      logger.error('end')
    })
    expect(output.records).toHaveLength(1002)
    expect(output.records[0]).toMatchObject({ level: 'warn', fields: { dropped: 5 } })
    expect(output.messages.slice(1)).toEqual([...Array.from({ length: 1000 }, (_, i) => String(i + 5)), 'end'])
  })

  test('are 256 KiB (log/31) (log/67)', async () => {
    const { request, output } = service()
    await request((logger) => {
      for (let i = 0; i < 100; i++) logger.info(String(i), { text: 'x'.repeat(8000) })
      logger.error('end')
    })
    const kept = output.records.length - 2
    expect(kept).toBeGreaterThan(28)
    expect(kept).toBeLessThan(33)
    expect(output.records[0]?.fields).toEqual({ dropped: 100 - kept })
  })

  test('count the fields of loggers, once for lines that follow each other (log/31)', async () => {
    const { request, output } = service()
    await request((logger) => {
      for (let i = 0; i < 100; i++) logger.with({ text: 'x'.repeat(8000) }).info(String(i))
      logger.flush()
    })
    expect(output.records.length).toBeGreaterThan(28)
    expect(output.records.length).toBeLessThan(34)
    output.clear()
    await request((logger) => {
      const child = logger.with({ text: 'x'.repeat(8000) })
      for (let i = 0; i < 100; i++) child.info(String(i))
      logger.flush()
    })
    expect(output.records).toHaveLength(100)
  })

  test('can be chosen (log/31)', async () => {
    const { request, output } = service({ buffer: { lines: 2, size: '1KiB' } })
    await request((logger) => {
      for (let i = 0; i < 5; i++) logger.info(String(i))
      logger.flush()
    })
    await request((logger) => {
      logger.info('big', { text: 'x'.repeat(2000) })
      logger.flush()
    })
    expect(output.records.map(({ msg, fields }) => [msg, fields['dropped']])).toEqual([
      ['older lines of this request were dropped', 3],
      ['3', undefined],
      ['4', undefined],
      ['older lines of this request were dropped', 1],
    ])
  })
})

describe('work that a request leaves behind', () => {
  test('is logged at once after its end (log/37)', async () => {
    const { request, output } = service()
    let later: Promise<void> | undefined
    await request((logger) => {
      logger.info('held')
      later = new Promise((resolve) => {
        setTimeout(() => {
          logger.info('late')
          resolve()
        }, 5)
      })
    })
    await later
    expect(output.messages).toEqual(['late'])
  })
})
