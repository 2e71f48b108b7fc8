import { expect, test } from 'vitest'

// A runner may silently start its workers on another runtime: TEST_RUNTIME is the one that `pnpm test` meant.
test('the tests run on the runtime that was meant', () => {
  const actual = 'Bun' in globalThis ? 'bun' : 'node'
  expect(actual).toBe(process.env['TEST_RUNTIME'] ?? actual)
  expect(process.versions.bun !== undefined).toBe(actual === 'bun')
})

test('Node is the pinned one', () => {
  if ('Bun' in globalThis) return
  expect(process.versions.node.split('.')[0]).toBe('26')
})
