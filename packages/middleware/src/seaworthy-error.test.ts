import { expect, test } from 'vitest'
import { isSeaworthyError, SeaworthyError } from './index.ts'

class TeaError extends SeaworthyError<'ERR_TEA_COLD'> {}

test('an error has a name, a code, a message and a cause (middleware/46)', () => {
  const cause = new Error('kettle')
  const error = new TeaError('ERR_TEA_COLD', 'Heat it.', { cause })
  expect(error).toBeInstanceOf(Error)
  expect([error.name, error.code, error.message, error.cause]).toEqual(['TeaError', 'ERR_TEA_COLD', 'Heat it.', cause])
  expect(Object.keys(error)).not.toContain('cause')
})

test('is recognised by its brand, also from another copy of the package (middleware/46)', () => {
  const foreign = Object.defineProperty(new Error('other copy'), Symbol.for('seaworthy.error'), { value: true })
  expect([new TeaError('ERR_TEA_COLD', ''), foreign].map(isSeaworthyError)).toEqual([true, true])
  expect([new Error('plain'), { code: 'ERR' }, 'text', undefined, null].map(isSeaworthyError)).toEqual(
    Array(5).fill(false),
  )
})
