import { expect, test } from 'vitest'
import { withoutPasses } from './test-output.ts'

test('keeps what failed, and the name of its file', () => {
  const output = `bun test v1

packages/a/src/a.test.ts:
(pass) a [0.1ms]

packages/a/src/b.test.ts:
(pass) b [0.1ms]
error: late
(fail) c [1ms]

packages/a/src/d.test.ts:
(skip) d
`
  expect(withoutPasses(output)).toBe('bun test v1\n\npackages/a/src/b.test.ts:\nerror: late\n(fail) c [1ms]')
})

test('keeps what Vitest says of a failure', () => {
  const output = ' ✓ a.test.ts (2 tests) 5ms\n ❯ b.test.ts (1 test | 1 failed) 5ms\n     × b 4ms\n'
  expect(withoutPasses(output)).toBe('❯ b.test.ts (1 test | 1 failed) 5ms\n     × b 4ms')
})

test('cuts lines that nobody would read', () => {
  expect(withoutPasses(`error: ${'x'.repeat(10_000)}`).length).toBeLessThan(1000)
})
