import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createLogger, withFields, type Logger } from './index.ts'
import { fileLogger } from './file-logger.fixture.ts'
import { memoryOutput, type MemoryOutput } from './testing.ts'

function memoryLogger(): { logger: Logger; output: MemoryOutput } {
  const output = memoryOutput()
  return { logger: createLogger({ outputs: [output], fields: { service: 's' } }), output }
}

describe('withFields', () => {
  test('adds fields to every line inside, of any logger (log/22)', () => {
    const { logger, output } = memoryLogger()
    const child = logger.with({ c: 1 })
    const result = withFields({ job: 'j', service: 'job' }, () => {
      logger.info('logger')
      child.info('child', { own: 1 })
      child.with({ job: 'closer' }).info('closer')
      return 5
    })
    logger.info('outside')
    expect(result).toBe(5)
    expect(output.records.map(({ msg, fields }) => [msg, fields])).toEqual([
      ['logger', { service: 'job', job: 'j' }],
      ['child', { service: 'job', job: 'j', c: 1, own: 1 }],
      ['closer', { service: 'job', job: 'closer', c: 1 }],
      ['outside', { service: 's' }],
    ])
  })

  test('nests, and ends with its function (log/22)', () => {
    const { logger, output } = memoryLogger()
    withFields({ a: 1, b: 1 }, () => {
      withFields({ b: 2 }, () => logger.info('inner'))
      logger.info('outer')
    })
    expect(() =>
      withFields({ a: 1 }, () => {
        throw new Error('thrown through')
      }),
    ).toThrow('thrown through')
    logger.info('after')
    expect(output.records.map(({ fields }) => [fields['a'], fields['b']])).toEqual([
      [1, 2],
      [1, 1],
      [undefined, undefined],
    ])
  })

  test('follows await, timers and promises, and never leaks into others (log/22)', async () => {
    const { logger, output } = memoryLogger()
    async function job(id: number): Promise<void> {
      await after(id % 7)
      logger.info('timer', { expected: id })
      await Promise.resolve()
      await new Promise<void>((resolve) => setImmediate(resolve))
      logger.info('promise', { expected: id })
    }
    await Promise.all(Array.from({ length: 500 }, (_, id) => withFields({ id }, () => job(id))))
    expect(output.records).toHaveLength(1000)
    expect(output.records.every(({ fields }) => fields['id'] === fields['expected'])).toBe(true)
  })

  test('is in JSON lines, in order (log/8) (log/22)', () => {
    using file = fileLogger({ fields: { a: 1 } })
    withFields({ b: 2 }, () => file.logger.with({ c: 3 }).info('m', { d: 4 }))
    expect(file.text()).toContain('"msg":"m","a":1,"b":2,"c":3,"d":4}')
  })
})
