import { describe, expect, test } from 'vitest'
import { testProblems } from './check-tests.ts'

const shared = 'packages/log/src/a.test.ts'

describe('testProblems', () => {
  test('accepts a test that both runtimes run alike', () => {
    const source = `
      import { beforeEach, describe, expect, test, vi } from 'vitest'
      beforeEach(() => { vi.useFakeTimers() })
      beforeEach(async () => { const close = () => { return 1 }; close() })
      describe.skipIf(false)('a', () => { test('b', async () => { expect(vi.fn()).toBeDefined() }) })
      test.each([1, 2])('c %s', (n) => { expect(n).toBe(n) })
    `
    expect(testProblems(shared, source)).toEqual([])
  })

  test.each([
    ["import { it } from 'vitest'", 'imports it from vitest'],
    ["import * as vitest from 'vitest'", 'imports * from vitest'],
    ["import { vi } from 'vitest'\nvi.mock('./a.ts')", ':2 uses vi.mock'],
    ["vi['mock']('./a.ts')", 'uses vi.mock'],
    ["test.only('a', () => {})", 'has test.only'],
    ["test.skip('a', () => {})", 'has test.skip'],
    ["test.todo('a')", 'has test.todo'],
    ["describe.only('a', () => {})", 'has describe.only'],
    ["describe['skip']('a', () => {})", 'has describe.skip'],
    ["describe.only.each([1])('a', () => {})", 'has describe.only'],
    ["test('a', (done) => { done() })", 'has a test with a parameter'],
    ["test('a', async ({ task }) => {})", 'has a test with a parameter'],
    ["test('a', function (done) {})", 'has a test with a parameter'],
    ["test('a', { timeout: 5 }, (done) => {})", 'has a test with a parameter'],
    ["test.skipIf(false)('a', (done) => {})", 'has a test with a parameter'],
    ['beforeEach(() => { return () => {} })', 'returns something from beforeEach'],
    ['beforeEach(() => () => {})', 'returns something from beforeEach'],
    ['beforeAll(async () => { if (a) { return async () => {} } })', 'returns something from beforeAll'],
  ])('refuses %s', (source, expected) => {
    expect(testProblems(shared, source).join('\n')).toContain(expected)
  })

  test('lets a test for Node alone use all of Vitest, but not focus or skip', () => {
    const source = "import { vi, it } from 'vitest'\nvi.mock('./a.ts')\ntest.only('a', () => {})"
    expect(testProblems('packages/log/src/a.node.test.ts', source)).toEqual([
      'packages/log/src/a.node.test.ts:3 has test.only',
    ])
  })
})
