import { handler, middleware, stack } from '@seaworthy/middleware'
import { afterEach, describe, expect, test } from 'vitest'
import { configureLog, createLogger, log, requestLog, type Logger } from './index.ts'
import { memoryOutput } from './testing.ts'

const child = log.with({ component: 'made first' })

afterEach(() => void configureLog({ level: 'silent' }))

describe('log', () => {
  test('writes where configureLog says, and so do its earlier children (log/23)', () => {
    const first = memoryOutput()
    const second = memoryOutput()
    configureLog({ outputs: [first], fields: { service: 'a' } })
    log.info('one')
    child.info('two')
    const logger = createLogger({ outputs: [second] }).with({ service: 'b' })
    expect(configureLog(logger)).toBe(logger)
    log.info('three')
    child.info('four')
    expect(first.records.map(({ msg, fields }) => [msg, fields])).toEqual([
      ['one', { service: 'a' }],
      ['two', { service: 'a', component: 'made first' }],
    ])
    expect(second.records.map(({ msg, fields }) => [msg, fields])).toEqual([
      ['three', { service: 'b' }],
      ['four', { service: 'b', component: 'made first' }],
    ])
  })

  test('is the logger of the request inside one (log/23)', async () => {
    const outside = memoryOutput()
    const inside = memoryOutput()
    configureLog({ outputs: [outside] })
    const logger = createLogger({ outputs: [inside] }).with({ tenant: 't' })
    const serve = handler(requestLog({ logger, ignore: () => true }), async () => {
      await Promise.resolve()
      log.info('here')
      child.info('here too')
      return new Response()
    })
    await serve(new Request('http://localhost/'))
    log.info('there')
    expect(inside.records.map(({ msg, fields }) => [msg, fields])).toEqual([
      ['here', { tenant: 't' }],
      ['here too', { tenant: 't', component: 'made first' }],
    ])
    expect(outside.messages).toEqual(['there'])
  })

  test('is told what middleware throws outside handlers (log/25)', async () => {
    const output = memoryOutput()
    configureLog({ outputs: [output] })
    const broken = middleware({
      name: 'broken',
      after() {
        throw new TypeError('no')
      },
    })
    await handler(stack(broken), () => new Response())(new Request('http://localhost/'))
    expect(output.records).toMatchObject([
      {
        level: 'error',
        msg: 'after of broken threw',
        error: { type: 'TypeError' },
        fields: { hook: 'after', part: 'broken' },
      },
    ])
  })

  test('cannot be given loggers of others (log/66)', () => {
    const foreign = { info: () => undefined } as unknown as Logger
    for (const give of [() => configureLog(foreign), () => requestLog({ logger: foreign })]) {
      expect(give).toThrow(expect.objectContaining({ code: 'ERR_LOG_LOGGER' }))
    }
  })

  test('can be configured with itself (log/23)', () => {
    const output = memoryOutput()
    configureLog({ outputs: [output] })
    configureLog(log.with({ a: 1 }))
    log.info('m')
    expect(output.records).toMatchObject([{ fields: { a: 1 } }])
  })
})
