import { expect, test } from 'vitest'
import { memoryLimits } from './memory-limit.ts'

test('Bun tells no limit of its heap', () => {
  expect(memoryLimits()).toBeUndefined()
})
