import { handler, middleware, stack, type Exchange } from '@seaworthy/middleware'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createLogger,
  overrideLevel,
  requestLog,
  type LevelOverrideOptions,
  type Logger,
  type LoggerOptions,
} from './index.ts'
import { memoryOutput, type MemoryOutput } from './testing.ts'

function memoryLogger(options: LoggerOptions = {}): { logger: Logger; output: MemoryOutput } {
  const output = memoryOutput()
  return { logger: createLogger({ ...options, outputs: [output] }), output }
}

/** Runs one request with headers, with and without a scope of requestLog, as both must do. */
async function request(
  logger: Logger,
  run: (x: Exchange) => void,
  headers: Record<string, string> = {},
): Promise<void> {
  for (const mounted of [[requestLog({ logger, ignore: () => true })], []]) {
    let current: Exchange | undefined
    const part = middleware({ before: (x) => void (current = x) })
    const serve = handler(stack(...mounted, part), () => {
      if (current) run(current)
      return new Response()
    })
    await serve(new Request('http://localhost/', { headers }))
  }
}

describe('debug for single requests', () => {
  test('follows a predicate on the exchange (log/17)', async () => {
    const { logger, output } = memoryLogger({ debug: (x) => x.header('x-debug') === 'yes' })
    await request(logger, () => logger.debug('a'))
    await request(logger, () => logger.with({ c: 1 }).debug('b'), { 'x-debug': 'yes' })
    logger.debug('outside')
    expect(output.messages).toEqual(['b', 'b'])
  })

  test('is asked once for a request, so that a share of them is whole requests (log/17)', async () => {
    const random = [0.2, 0.8, 0.2, 0.8]
    const debug = vi.fn(() => (random.shift() ?? 1) < 0.5)
    const { logger, output } = memoryLogger({ debug })
    const three = (): void => [1, 2, 3].forEach((i) => logger.debug(String(i)))
    await request(logger, three)
    await request(logger, three)
    expect(debug).toHaveBeenCalledTimes(4)
    expect(output.messages).toEqual(['1', '2', '3', '1', '2', '3'])
  })

  test('is asked again when the caller is known, and a yes stays (log/17)', async () => {
    const { logger, output } = memoryLogger({ debug: (x) => x.caller?.id === 'me' })
    await request(logger, (x) => {
      logger.debug('before')
      x.caller = { id: 'me', scheme: 'test' }
      logger.debug('known')
      x.caller = { id: 'other', scheme: 'test' }
      logger.debug('stays')
    })
    expect(output.messages).toEqual(['known', 'stays', 'known', 'stays'])
  })

  test('is off when its predicate throws (log/1) (log/17)', async () => {
    const { logger, output } = memoryLogger({
      debug() {
        throw new Error('no')
      },
    })
    await request(logger, () => {
      logger.debug('a')
      logger.info('b')
    })
    expect(output.messages).toEqual(['b', 'b'])
  })

  test('does not follow what a predicate logs itself (log/17) (log/18)', async () => {
    const { logger, output } = memoryLogger({ debug: () => (logger.debug('asked'), logger.info('asking'), true) })
    await request(logger, () => logger.debug('a'))
    expect(output.messages).toEqual(['asking', 'a', 'asking', 'a'])
    output.clear()
    const takeBack = overrideLevel({ level: 'warn', when: () => (logger.info('overriding'), true) })
    await request(logger, () => logger.warn('b'))
    takeBack()
    expect(output.messages).toEqual(['overriding', 'b', 'overriding', 'b'])
  })

  test('of one logger leaves the others alone (log/17)', async () => {
    const one = memoryLogger({ debug: () => true })
    const other = memoryLogger()
    await request(one.logger, () => {
      one.logger.debug('a')
      other.logger.debug('b')
    })
    expect(one.output.messages).toEqual(['a', 'a'])
    expect(other.output.messages).toEqual([])
  })
})

describe('overrideLevel', () => {
  const undo: (() => void)[] = []
  const override = (options: LevelOverrideOptions): (() => void) => {
    const takeBack = overrideLevel(options)
    undo.push(takeBack)
    return takeBack
  }
  afterEach(() => undo.splice(0).forEach((takeBack) => takeBack()))

  test('changes the level of all loggers until it is taken back (log/18)', () => {
    const one = memoryLogger()
    const other = memoryLogger({ level: 'error' })
    const takeBack = override({ level: 'debug' })
    one.logger.debug('a')
    other.logger.debug('a')
    expect(one.logger.enabled('debug')).toBe(true)
    takeBack()
    takeBack()
    one.logger.debug('b')
    other.logger.info('b')
    expect(one.logger.enabled('debug')).toBe(false)
    expect([one.output.messages, other.output.messages]).toEqual([['a'], ['a']])
  })

  test('raises a level too (log/18)', () => {
    const { logger, output } = memoryLogger({ level: 'debug' })
    override({ level: 'error' })
    logger.warn('a')
    logger.error('b')
    expect(output.messages).toEqual(['b'])
  })

  test('is for one logger with its children and parents, if asked (log/18)', () => {
    const one = memoryLogger()
    const other = memoryLogger()
    override({ level: 'debug', logger: one.logger.with({ a: 1 }) })
    one.logger.debug('a')
    one.logger.with({ b: 1 }).debug('b')
    other.logger.debug('c')
    expect([one.output.messages, other.output.messages]).toEqual([['a', 'b'], []])
  })

  test('is for the requests of a predicate, if asked, wherever they stand (log/18)', async () => {
    const { logger, output } = memoryLogger()
    override({ level: 'debug', when: (x) => x.header('x-tenant') === 't' || x.caller?.id === 'me' })
    await request(logger, () => logger.debug('a'))
    await request(logger, () => logger.debug('b'), { 'x-tenant': 't' })
    await request(logger, (x) => {
      logger.debug('c')
      x.caller = { id: 'me', scheme: 'test' }
      logger.debug('d')
    })
    logger.debug('e')
    expect(output.messages).toEqual(['b', 'b', 'd', 'd'])
  })

  test('counts by the latest that applies (log/18)', () => {
    const { logger, output } = memoryLogger()
    override({ level: 'debug' })
    const silent = override({ level: 'silent' })
    logger.error('a')
    silent()
    logger.debug('b')
    override({ level: 'error', when: () => true })
    logger.debug('c')
    expect(output.messages).toEqual(['b', 'c'])
  })

  test('needs a level (log/66)', () => {
    expect(() => overrideLevel({ level: 'loud' as never })).toThrow(expect.objectContaining({ code: 'ERR_LOG_LEVEL' }))
  })
})
