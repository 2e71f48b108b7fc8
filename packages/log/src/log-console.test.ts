import { describe, expect, test } from 'vitest'
import { createLogger, logConsole, type Logger } from './index.ts'
import { memoryOutput, type MemoryOutput } from './testing.ts'

function memoryConsole(): { console: Console; output: MemoryOutput } {
  const output = memoryOutput()
  return { console: logConsole(createLogger({ level: 'debug', outputs: [output] })), output }
}

describe('logConsole', () => {
  test('writes with the level of each method (log/64)', () => {
    const { console, output } = memoryConsole()
    console.log('log')
    console.info('info')
    console.debug('debug')
    console.warn('warn')
    console.error('error')
    console.trace('trace %d', 1)
    expect(output.records.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      ...['info log', 'info info', 'debug debug', 'warn warn', 'error error', 'debug trace 1'],
    ])
  })

  test('formats as a console does (log/64)', () => {
    const { console, output } = memoryConsole()
    console.log('%s is %d%%', 'a', 5, { b: [1] }, null, undefined)
    console.log()
    console.assert(true, 'not written')
    console.assert(false, 'written %s', 'once')
    console.group('outer')
    console.log('inside\ntwo lines')
    console.groupEnd()
    console.count('c')
    console.count('c')
    console.countReset('c')
    console.dir({ d: 1 })
    console.table([{ a: 1 }])
    expect(output.messages.slice(0, 8)).toEqual([
      ...[
        'a is 5% { b: [ 1 ] } null undefined',
        '',
        'Assertion failed: written once',
        'outer',
        '  inside\n  two lines',
      ],
      ...['c: 1', 'c: 2', '{ d: 1 }'],
    ])
    expect(output.messages[8]).toMatch(/│ +\(index\) +│ +a +│/)
    expect(output.records[2]?.level).toBe('error')
  })

  test('times (log/64)', () => {
    const { console, output } = memoryConsole()
    console.time('t')
    console.timeLog('t')
    console.timeEnd('t')
    expect(output.messages).toEqual([expect.stringMatching(/^t: [\d.]+/), expect.stringMatching(/^t: [\d.]+/)])
  })

  test('redacts objects and logs errors as errors (log/38) (log/64)', () => {
    const { console, output } = memoryConsole()
    class HttpError extends Error {
      readonly headers = { authorization: 'canary' }
    }
    console.log('user', { name: 'n', password: 'canary' })
    console.error('failed:', new HttpError('broken'))
    console.warn(new HttpError('late'))
    console.dir({ token: 'canary' })
    console.table([{ token: 'canary' }])
    console.log(Object.assign(() => 1, { token: 'canary' }))
    expect(output.records).toMatchObject([
      { msg: "user { name: 'n', password: '[redacted]' }" },
      { level: 'error', msg: 'failed: broken', error: { type: 'HttpError', headers: { authorization: '[redacted]' } } },
      { level: 'warn', msg: 'late', fields: { error: { type: 'HttpError' } } },
      { msg: "{ token: '[redacted]' }" },
      {},
      { msg: '[function]' },
    ])
    expect(JSON.stringify(output.records)).not.toContain('canary')
  })

  test('keeps what does not print (log/64)', () => {
    const { console } = memoryConsole()
    expect(console.groupEnd).toBeTypeOf('function')
    expect(() => console.clear()).not.toThrow(Error)
    const { log } = console
    expect(() => log('unbound')).not.toThrow(Error)
  })

  test('needs a logger of this package (log/66)', () => {
    expect(() => logConsole({ info: () => undefined } as unknown as Logger)).toThrow(
      expect.objectContaining({ code: 'ERR_LOG_LOGGER' }),
    )
  })
})
