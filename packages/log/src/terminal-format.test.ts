import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileLogger } from './file-logger.fixture.ts'
import { wantsColours } from './terminal-colours.ts'

const noon = new Date(2026, 10, 3, 12, 4, 5, 67).getTime()
const clock = (): number => noon
const colourNames = ['FORCE_COLOR', 'NO_COLOR', 'TERM']

/** What is written in the environment of a test. */
function written(
  env: Readonly<Record<string, string>>,
  log: (logger: ReturnType<typeof fileLogger>['logger']) => void,
): string {
  Object.assign(process.env, env)
  using file = fileLogger({ format: 'terminal', clock })
  log(file.logger)
  return file.text()
}

describe('a terminal line', () => {
  const former = new Map(colourNames.map((name) => [name, process.env[name]]))
  const restore = (): void => {
    for (const [name, value] of former) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  beforeEach(() => {
    for (const name of colourNames) delete process.env[name]
  })
  afterEach(restore)

  test('shows local time, level, message and fields, aligned (log/5)', () => {
    const text = written({}, (logger) => {
      logger.info('order placed', { order: 'o-1', user: { id: 7 } })
      logger.warn('slow', { took: '1 s' })
      logger.info('no fields')
    })
    expect(text.split('\n')).toEqual([
      '12:04:05.067 INFO  order placed                     order=o-1 user.id=7',
      '12:04:05.067 WARN  slow                             took="1 s"',
      '12:04:05.067 INFO  no fields',
      '',
    ])
  })

  test('shows errors below, with stack, members, causes and gathered errors (log/2) (log/5)', () => {
    const cause = Object.assign(new RangeError('root'), { code: 'ERR_ROOT' })
    const lines = written({}, (logger) => {
      logger.error(new AggregateError([new Error('one')], 'all', { cause }), 'failed')
      logger.warn('retried', { reason: new TypeError('late') })
      logger.error({ code: 5 }, 'odd')
    }).split('\n')
    expect(lines[0]).toBe('12:04:05.067 ERROR failed')
    expect(lines[1]).toBe('      AggregateError: all')
    expect(lines[2]).toMatch(/^ +at .*terminal-format\.test/)
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start))
    expect(at('      [1] Error: one')).toBeGreaterThan(1)
    expect(at('      caused by: RangeError: root')).toBeGreaterThan(at('      [1] Error: one'))
    expect(at('      code=ERR_ROOT')).toBeGreaterThan(at('      caused by: RangeError: root'))
    expect(at('      reason: TypeError: late')).toBeGreaterThan(at('12:04:05.067 WARN  retried'))
    expect(lines.slice(-4)).toEqual([expect.stringMatching(/^ /), '12:04:05.067 ERROR odd', '      code=5', ''])
  })

  test('cannot be forged, and gives no commands to the terminal (log/5)', () => {
    const hostile = 'a\n12:00:00.000 INFO  forged\r\u001b[2J\u009b2J\u202e'
    const text = written({}, (logger) => {
      logger.error(new Error(hostile), hostile, { value: hostile, [hostile]: 1 })
    })
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
    expect(text.split('\n').filter((line) => /^\d/.test(line))).toHaveLength(1)
    expect(text).toContain('\n      12:00:00.000 INFO  forged')
  })

  test('has colours only where they are wanted (log/6)', () => {
    const coloured = /\p{Cc}\[32mINFO \p{Cc}\[0m/u
    const log = (logger: ReturnType<typeof fileLogger>['logger']): void => logger.info('m', { a: 1 })
    expect(written({ FORCE_COLOR: '1' }, log)).toMatch(coloured)
    expect(written({ FORCE_COLOR: '1' }, log)).toContain('\u001b[2ma=\u001b[0m1')
    expect(written({ FORCE_COLOR: '0' }, log)).not.toContain('\u001b')
    restore()
    expect(written({ FORCE_COLOR: '0' }, log)).not.toContain('\u001b')
  })

  test('takes the colours of the levels from the sixteen that every theme adapts (log/6)', () => {
    const text = written({ FORCE_COLOR: '1' }, (logger) => {
      logger.info('m')
      logger.warn('m')
      logger.error('m')
      logger.fatal('m')
    })
    const used = [...text.matchAll(/\p{Cc}\[([\d;]+)m/gu)]
      .map(([, code]) => code)
      .filter((code) => code !== '0' && code !== '2')
    expect(used).toEqual(['32', '33', '31', '1;7;31'])
  })
})

test('colours follow FORCE_COLOR, then NO_COLOR, then the terminal (log/6)', () => {
  expect(wantsColours(true, {})).toBe(true)
  expect(wantsColours(false, {})).toBe(false)
  expect(wantsColours(true, { NO_COLOR: '1' })).toBe(false)
  expect(wantsColours(true, { NO_COLOR: '' })).toBe(true)
  expect(wantsColours(true, { TERM: 'dumb' })).toBe(false)
  expect(wantsColours(true, { FORCE_COLOR: '0' })).toBe(false)
  expect(wantsColours(true, { FORCE_COLOR: 'false' })).toBe(false)
  for (const FORCE_COLOR of ['', '1', '2', '3', 'true']) {
    expect(wantsColours(false, { FORCE_COLOR, NO_COLOR: '1', TERM: 'dumb' })).toBe(true)
  }
})
