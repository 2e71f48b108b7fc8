import { runInNewContext } from 'node:vm'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileLogger } from './file-logger.fixture.ts'
import { createLogger, type LoggerOptions } from './index.ts'

const raise = (thrown: unknown): never => {
  throw thrown
}

const clock = (): number => Date.UTC(2026, 10, 3, 10, 11, 12, 7)

/** What a field becomes in the one line that is written. */
function written(value: unknown, options: LoggerOptions = {}): unknown {
  using file = fileLogger({ clock, ...options })
  file.logger.info('m', { value })
  const lines = file.lines()
  expect(lines).toHaveLength(1)
  const { value: found, ...rest } = lines[0] ?? {}
  expect(rest).toEqual({ time: '2026-11-03T10:11:12.007Z', level: 'info', msg: 'm' })
  return found
}

/** The text of the one line of a call. */
function lineOf(log: (file: ReturnType<typeof fileLogger>) => void, options: LoggerOptions = {}): string {
  using file = fileLogger({ clock, ...options })
  log(file)
  return file.text()
}

describe('members', () => {
  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()))
  afterAll(() => context.disable())

  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }

  test('stand in order: time, level, message, ids, fields of the logger, fields of the call (log/8) (log/13)', () => {
    const line = lineOf(
      ({ logger }) => {
        const child = logger.with({ component: 'db' })
        context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => child.info('m', { order: 1 }))
      },
      { fields: { service: 'orders' } },
    )
    expect(line).toBe(
      '{"time":"2026-11-03T10:11:12.007Z","level":"info","msg":"m",' +
        `"trace_id":"${span.traceId}","span_id":"${span.spanId}","service":"orders","component":"db","order":1}\n`,
    )
  })

  test('stand in order also where names are numbers (log/8)', () => {
    const call = ({ logger }: ReturnType<typeof fileLogger>): void => logger.error('e', { 1: 'one', msg: 'm' })
    const time = '2026-11-03T10:11:12.007Z'
    expect(lineOf(call)).toBe(`{"time":"${time}","level":"error","msg":"m","1":"one"}\n`)
    expect(lineOf(call, { format: 'text' })).toBe(`time=${time} level=error msg=m 1=one\n`)
  })

  test('carry the ids of a valid span only (log/12)', () => {
    const invalid = { ...span, traceId: '0'.repeat(32) }
    using file = fileLogger()
    context.with(trace.setSpanContext(ROOT_CONTEXT, invalid), () => file.logger.info('invalid'))
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => file.logger.info('valid'))
    context.with(trace.setSpanContext(ROOT_CONTEXT, { ...span, spanId: 'x' }), () => file.logger.info('no hex'))
    file.logger.info('none')
    const ids = file.lines().map(({ trace_id, span_id }) => [trace_id, span_id])
    const none = [undefined, undefined]
    expect(ids).toEqual([none, [span.traceId, span.spanId], none, none])
  })

  test('have one value for a name: the latest (log/9)', () => {
    const one = (line: string, name: string): void => expect(line.split(`"${name}":`)).toHaveLength(2)
    const call = lineOf(({ logger }) => logger.with({ a: 1, b: 1 }).info('m', { a: 2 }))
    expect(JSON.parse(call)).toMatchObject({ a: 2, b: 1 })
    one(call, 'a')
    const child = lineOf(({ logger }) => logger.with({ a: 1 }).with({ a: 2 }).info('m'), { fields: { a: 0 } })
    expect(JSON.parse(child)).toMatchObject({ a: 2 })
    one(child, 'a')
  })

  test('can be replaced by fields of their names, once too (log/9)', () => {
    const fields = { time: 'then', level: 'gold', msg: 'other', trace_id: 't', request_id: 'r' }
    for (const log of [
      ({ logger }: ReturnType<typeof fileLogger>) => logger.info('m', fields),
      ({ logger }: ReturnType<typeof fileLogger>) => logger.with(fields).info('m'),
    ]) {
      const line = lineOf(log)
      expect(JSON.parse(line)).toEqual(fields)
      for (const name of Object.keys(fields)) expect(line.split(`"${name}":`)).toHaveLength(2)
    }
    const error = lineOf(({ logger }) => logger.error(new Error('e'), { error: 'mine' }))
    expect(JSON.parse(error)).toMatchObject({ msg: 'e', error: 'mine' })
    expect(error.split('"error":')).toHaveLength(2)
  })

  test('of fields without a value are left out, and names are taken as they are (log/1)', () => {
    const line = lineOf(({ logger }) => logger.info('m', { a: undefined, b: null, 'c"\n': 1, ['__proto__']: { d: 1 } }))
    expect(line).toContain('"msg":"m","b":null,"c\\"\\n":1,"__proto__":{"d":1}}')
  })

  test('tell the time of a clock that is out of its mind (log/1) (log/13)', () => {
    for (const time of [Number.NaN, Infinity, -Infinity, 1e300, 'x' as never]) {
      expect(lineOf(({ logger }) => logger.info('m'), { clock: () => time })).toContain('"1970-01-01T00:00:00.000Z"')
    }
    expect(lineOf(({ logger }) => logger.info('m'), { clock: () => -1 })).toContain('"1969-12-31T23:59:59.999Z"')
    expect(lineOf(({ logger }) => logger.info('m'), { clock: () => -8.64e15 })).toContain(
      '"-271821-04-20T00:00:00.000Z"',
    )
  })
})

describe('a value', () => {
  test('that is plain is itself (log/1)', () => {
    for (const value of ['', 'text', 0, -1.5, 1e21, true, false, null]) expect(written(value)).toBe(value)
    expect(written({ a: [1, { b: 'c' }], d: {} })).toEqual({ a: [1, { b: 'c' }], d: {} })
  })

  test('without a form in JSON gets one (log/1)', () => {
    expect(written(Number.NaN)).toBe(null)
    expect(written(-Infinity)).toBe(null)
    expect(written(123n)).toBe('123')
    expect(written(Symbol('s'))).toBe('Symbol(s)')
    expect(written(() => 1)).toBe('[function]')
    expect(written([undefined, Number.NaN, 1n])).toEqual([null, null, '1'])
    expect(written({ a: undefined })).toEqual({})
  })

  test('cannot end the line, nor give commands to a terminal (log/1)', () => {
    const hostile = 'a"b\\c\nd\r\u0000\u001b[2J\u007f\u009b2J\u2028\u2029\u202e\ud800'
    for (const line of [
      lineOf(({ logger }) => logger.info(hostile)),
      lineOf(({ logger }) => logger.info('m', { value: hostile })),
      lineOf(({ logger }) => logger.info('m', { value: [{ [hostile]: hostile }] })),
      lineOf(({ logger }) => logger.info('m', { [hostile]: 1 })),
    ]) {
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028-\u202e]/u)
      expect(line.endsWith('}\n')).toBe(true)
      expect(JSON.stringify(JSON.parse(line))).toContain(JSON.stringify(hostile).slice(1, -1))
    }
  })

  test('may refer to itself, and may be used twice (log/1)', () => {
    const cycle: Record<string, unknown> = { a: 1 }
    cycle['self'] = cycle
    cycle['list'] = [cycle]
    expect(written(cycle)).toEqual({ a: 1, self: '[circular]', list: ['[circular]'] })
    const twice = { b: 1 }
    expect(written([twice, twice])).toEqual([{ b: 1 }, { b: 1 }])
  })

  test('may throw at every touch (log/1)', () => {
    const thrower = (): never => {
      throw new Error('no')
    }
    expect(
      written({
        get a() {
          return thrower()
        },
        b: 1,
      }),
    ).toEqual({ a: '[unreadable]', b: 1 })
    expect(written({ toJSON: thrower })).toBe('[unreadable]')
    const proxy = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower })
    expect(written(proxy)).toBe('[unreadable]')
    expect(written({ [Symbol.toPrimitive]: thrower, toString: thrower })).toEqual({ toString: '[function]' })
    const line = lineOf(({ logger }) =>
      logger.info('m', {
        get a() {
          return thrower()
        },
        b: 1,
      }),
    )
    expect(JSON.parse(line)).toMatchObject({ a: '[unreadable]', b: 1 })
    const fields = lineOf(({ logger }) => logger.info('m', proxy))
    expect(JSON.parse(fields)).toMatchObject({ msg: 'm', fields: '[unreadable]' })
    const child = lineOf(({ logger }) =>
      logger
        .with({
          get a() {
            return thrower()
          },
        })
        .info('m'),
    )
    expect(JSON.parse(child)).toMatchObject({ a: '[unreadable]' })
    const lazy = lineOf(({ logger }) => logger.info('m', thrower))
    expect(JSON.parse(lazy)).toMatchObject({ msg: 'm', fields: '[unreadable]' })
  })

  test('with toJSON is what that gives, asked once (log/1)', () => {
    expect(written({ toJSON: () => 'x' })).toBe('x')
    expect(written({ toJSON: () => ({ a: 1, toJSON: () => 'again' }) })).toEqual({ a: 1, toJSON: '[function]' })
    expect(written({ toJSON: () => undefined })).toBe(null)
    expect(written({ toJSON: () => [1] })).toEqual([1])
    expect(written(new URL('https://a.test/b'))).toBe('https://a.test/b')
  })
})

describe('calls that the types forbid', () => {
  test('are written all the same (log/1)', () => {
    using file = fileLogger({ clock })
    const logger = file.logger as unknown as Record<'info' | 'error' | 'with', (...args: unknown[]) => unknown>
    for (const msg of [undefined, null, 5, 1n, Symbol('s'), { a: 1 }, () => 1]) logger.info(msg)
    for (const fields of [null, 5, 'text', true, [1], Symbol('s')]) logger.info('m', fields)
    for (const error of [undefined, null, 5, {}, Symbol('s'), () => 1]) logger.error(error)
    logger.error('m', undefined, { a: 1 })
    logger.with(undefined)
    const lines = file.lines()
    expect(lines.map(({ msg }) => msg)).toEqual([
      ...['undefined', 'null', '5', '1', 'Symbol(s)', '{"a":1}', '() => 1'],
      ...['m', 'm', 'm', 'm', 'm', 'm'],
      ...['undefined', 'null', '5', 'unknown error', 'Symbol(s)', '() => 1', 'm'],
    ])
    expect(lines[8]).toMatchObject({ fields: 5 })
    expect(lines[9]).toMatchObject({ fields: 'text' })
    expect(lines.at(-1)).toMatchObject({ a: 1 })
  })

  test('never throw, even where a thrown function cannot be read (log/1)', () => {
    const { proxy, revoke } = Proxy.revocable(() => undefined, {})
    revoke()
    const hostile = [proxy, Object.assign(() => 1, { toString: () => raise(1) })]
    using file = fileLogger({ clock })
    for (const value of hostile) {
      file.logger.error(value)
      file.logger.fatal(value, { a: value })
      const output = { write: () => raise(value), flush: () => raise(value) }
      const failing = createLogger({ outputs: [output] })
      failing.info('m')
      failing.flush()
    }
    expect(file.lines()).toMatchObject([
      ...[{ level: 'error' }, { level: 'fatal' }, { level: 'error' }, { level: 'fatal' }].map((line) => ({
        ...line,
        msg: '[unreadable]',
        error: '[function]',
      })),
    ])
  })

  test('with an error of another realm in place of the fields keep it (log/2)', () => {
    const error: unknown = runInNewContext('new RangeError("broken")')
    const line = lineOf(({ logger }) => logger.error('m', error as never))
    expect(JSON.parse(line)).toMatchObject({ error: { type: 'RangeError', message: 'broken' } })
  })

  test('with an error in place of the fields keep it (log/2)', () => {
    const line = lineOf(({ logger }) => logger.warn('m', new TypeError('broken') as never))
    expect(JSON.parse(line)).toMatchObject({ error: { type: 'TypeError', message: 'broken' } })
  })
})
