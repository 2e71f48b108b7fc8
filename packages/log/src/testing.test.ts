import { expect, test } from 'vitest'
import { createLogger } from './index.ts'
import { memoryOutput } from './testing.ts'

test('memoryOutput keeps lines as they were when they were written (log/63)', () => {
  const output = memoryOutput()
  const order = { id: 1 }
  const logger = createLogger({ clock: () => 0, outputs: [output] })
  logger.info('a', { order })
  order.id = 2
  logger.error(new Error('e'), 'b')
  expect(output.records).toEqual([
    { time: '1970-01-01T00:00:00.000Z', level: 'info', msg: 'a', fields: { order: { id: 1 } } },
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'error',
      msg: 'b',
      error: expect.objectContaining({ message: 'e' }),
      fields: {},
    },
  ])
  expect(output.messages).toEqual(['a', 'b'])
  output.clear()
  expect(output.records).toEqual([])
  logger.info('c')
  expect(output.messages).toEqual(['c'])
})
