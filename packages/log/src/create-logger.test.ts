import { describe, expect, test, vi } from 'vitest'
import { isSeaworthyError } from '@seaworthy/middleware'
import { createLogger, LogError, type Logger, type LoggerOptions, type LogRecord, type LogThreshold } from './index.ts'
import { memoryOutput, type MemoryOutput } from './testing.ts'

function memoryLogger(options: LoggerOptions = {}): { logger: Logger; output: MemoryOutput } {
  const output = memoryOutput()
  return { logger: createLogger({ ...options, outputs: [output] }), output }
}

function logAll(logger: Logger): void {
  logger.debug('debug')
  logger.info('info')
  logger.warn('warn')
  logger.error('error')
  logger.fatal('fatal')
  logger.print('print')
}

describe('a level', () => {
  test('lets lines of its own severity and above through, and printed ones (log/15) (log/67)', () => {
    const all = ['debug', 'info', 'warn', 'error', 'fatal', 'print']
    const expected: Record<LogThreshold | 'default', string[]> = {
      default: all.slice(1),
      debug: all,
      info: all.slice(1),
      warn: all.slice(2),
      error: all.slice(3),
      fatal: all.slice(4),
      silent: [],
    }
    for (const [level, messages] of Object.entries(expected)) {
      const { logger, output } = memoryLogger(level === 'default' ? {} : { level: level as LogThreshold })
      logAll(logger)
      expect(output.messages).toEqual(messages)
    }
  })

  test('is told by enabled (log/20)', () => {
    const { logger } = memoryLogger({ level: 'warn' })
    expect((['debug', 'info', 'warn', 'error', 'fatal'] as const).map((level) => logger.enabled(level))).toEqual([
      ...[false, false, true, true, true],
    ])
  })

  test('of debug can be asked for in two ways (log/17)', () => {
    const silent = memoryLogger({ level: 'silent', debug: true })
    logAll(silent.logger)
    expect(silent.output.messages).toEqual([])
    for (const options of [{ level: 'debug' }, { debug: true }] as const) {
      const { logger, output } = memoryLogger(options)
      logger.debug('on')
      expect(output.records).toMatchObject([{ level: 'debug', msg: 'on' }])
    }
  })
})

describe('fields as a function', () => {
  test('are made only for lines that are written (log/19)', () => {
    const { logger, output } = memoryLogger()
    const fields = vi.fn(() => ({ a: 1 }))
    logger.debug('off', fields)
    memoryLogger({ level: 'error' }).logger.warn('off', fields)
    expect(fields).not.toHaveBeenCalled()
    logger.info('on', fields)
    expect(fields).toHaveBeenCalledTimes(1)
    expect(output.records).toMatchObject([{ msg: 'on', fields: { a: 1 } }])
  })
})

describe('error and fatal', () => {
  test('take a message, what was thrown, or both, each with fields (log/16)', () => {
    for (const level of ['error', 'fatal'] as const) {
      const { logger, output } = memoryLogger()
      const thrown = new TypeError('broken')
      const fields = { a: 1 }
      logger[level]('message')
      logger[level]('message', fields)
      logger[level](thrown)
      logger[level](thrown, fields)
      logger[level](thrown, 'message')
      logger[level](thrown, 'message', fields)
      logger[level](thrown, 'message', () => fields)
      logger[level]('thrown text', 'message')
      const error = expect.objectContaining({ type: 'TypeError', message: 'broken' })
      const line = { time: expect.any(String), level, msg: 'message', fields: {} }
      expect(output.records).toEqual([
        line,
        { ...line, fields },
        { ...line, msg: 'broken', error },
        { ...line, msg: 'broken', error, fields },
        { ...line, error },
        { ...line, error, fields },
        { ...line, error, fields },
        { ...line, error: 'thrown text' },
      ])
    }
  })
})

describe('a child', () => {
  test('adds its fields to every line, and none to its parent (log/21)', () => {
    const { logger, output } = memoryLogger({ fields: { service: 'orders' } })
    const child = logger.with({ component: 'db' })
    child.with({ table: 'orders', component: 'db2' }).info('grandchild', { row: 1 })
    child.info('child')
    logger.info('parent')
    expect(output.records.map(({ msg, fields }) => [msg, fields])).toEqual([
      ['grandchild', { service: 'orders', component: 'db2', table: 'orders', row: 1 }],
      ['child', { service: 'orders', component: 'db' }],
      ['parent', { service: 'orders' }],
    ])
  })

  test('reads its fields when it is made (log/21)', () => {
    const { logger, output } = memoryLogger()
    const fields = { a: 1 }
    const child = logger.with(fields)
    fields.a = 2
    child.info('m')
    expect(output.records).toMatchObject([{ fields: { a: 1 } }])
  })

  test('works as any logger of its parent does (log/15) (log/21)', () => {
    const { logger, output } = memoryLogger({ level: 'error' })
    logAll(logger.with({ a: 1 }))
    expect(output.messages).toEqual(['error', 'fatal', 'print'])
    expect(output.records.every(({ fields }) => fields['a'] === 1)).toBe(true)
  })
})

describe('outputs', () => {
  test('have their own level and format, within that of the logger (log/59)', () => {
    const all = memoryOutput()
    const errors = memoryOutput()
    const nothing = memoryOutput()
    const logger = createLogger({
      level: 'info',
      outputs: [all, { to: errors, level: 'error' }, { to: nothing, level: 'silent' }, { to: memoryOutput() }],
    })
    logAll(logger)
    expect(all.messages).toEqual(['info', 'warn', 'error', 'fatal', 'print'])
    expect(errors.messages).toEqual(['error', 'fatal'])
    expect(nothing.messages).toEqual([])
  })

  test('are given a record with everything (log/59)', () => {
    const records: LogRecord[] = []
    createLogger({ clock: () => 5, outputs: [{ write: (record) => void records.push(record) }] })
      .with({ a: 1 })
      .error(new Error('e'), 'm', { b: new Set([2]) })
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({
      time: 5,
      level: 'error',
      msg: 'm',
      span: undefined,
      requestId: undefined,
      isHeld: false,
    })
    expect(records[0]?.fields).toEqual({ a: 1, b: [2] })
    expect(records[0]?.error).toMatchObject({ message: 'e' })
  })

  test('are not called by what they log themselves (log/60)', () => {
    const other = memoryOutput()
    let calls = 0
    const logger = createLogger({
      outputs: [
        {
          write(record) {
            calls++
            logger.info(`writing ${record.msg}`)
          },
        },
        other,
      ],
    })
    logger.info('a')
    logger.info('b')
    expect(calls).toBe(2)
    expect(other.messages).toEqual(['writing a', 'a', 'writing b', 'b'])
  })

  test('pass on what they have at a flush (log/35)', () => {
    const flush = vi.fn()
    createLogger({ outputs: [{ write: () => undefined, flush }] }).flush()
    expect(flush).toHaveBeenCalledTimes(1)
  })
})

describe('options that cannot be used', () => {
  const cases: readonly (readonly [string, LoggerOptions])[] = [
    ['ERR_LOG_LEVEL', { level: 'trace' as never }],
    ['ERR_LOG_LEVEL', { level: 'print' as never }],
    ['ERR_LOG_LEVEL', { outputs: [{ level: 'verbose' as never }] }],
    ['ERR_LOG_FORMAT', { format: 'xml' as never }],
    ['ERR_LOG_FORMAT', { outputs: [{ format: 5 as never }] }],
    ['ERR_LOG_OUTPUT', { outputs: ['/no/such/folder/a.log'] }],
    ['ERR_LOG_OUTPUT', { outputs: [-1] }],
    ['ERR_LOG_OUTPUT', { outputs: [1.5] }],
    ['ERR_LOG_OUTPUT', { outputs: [{ to: {} as never }] }],
    ['ERR_LOG_OUTPUT', { outputs: [{ to: memoryOutput(), format: 'json' }] }],
    ['ERR_LOG_BUFFER', { buffer: { lines: 0 } }],
    ['ERR_LOG_BUFFER', { buffer: { lines: 1.5 } }],
    ['ERR_LOG_MAX_SIZE', { maxSize: 0 }],
    ['ERR_SIZE', { maxSize: '1 KiB' as never }],
    ['ERR_SIZE', { buffer: { size: 'big' as never } }],
    ['ERR_SIZE', { outputs: [{ maxPending: '8' as never }] }],
  ]

  test('are refused where the logger is made (log/66)', () => {
    for (const [code, options] of cases) {
      expect(() => createLogger(options)).toThrow(expect.objectContaining({ code }))
    }
    const error = new LogError('ERR_LOG_LEVEL', 'm')
    expect(isSeaworthyError(error)).toBe(true)
    expect(error.name).toBe('LogError')
  })
})
