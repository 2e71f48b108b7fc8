import { describe, expect, test } from 'vitest'
import { parityProblems } from './parity.ts'
import { readJunit, readVitestJson, tallyOf, type TestResult } from './test-results.ts'

const junit = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="3">
  <testsuite name="a.test.ts" file="a.test.ts">
    <testcase name="adds &amp; such &quot;q&quot; &#10; (log/1)" classname="" time="0.1" file="a.test.ts" line="3" assertions="1" />
    <testcase name="fails" classname="x" time="0" file="a.test.ts" line="4" assertions="1">
      <failure type="AssertionError" message="1 &gt; 2">at a.test.ts</failure>
    </testcase>
    <testcase name="skipped" classname="" time="0" file="a.test.ts" line="5" assertions="0">
      <skipped />
    </testcase>
  </testsuite>
</testsuites>`

describe('readJunit', () => {
  test('reads titles and statuses', () => {
    expect(readJunit(junit).map(({ title, status }) => [title, status])).toEqual([
      ['adds & such "q" \n (log/1)', 'passed'],
      ['fails', 'failed'],
      ['skipped', 'skipped'],
    ])
    expect(tallyOf(readJunit(junit))).toEqual({ passed: 1, failed: 1, skipped: 1 })
  })
})

describe('readVitestJson', () => {
  const report = (status: string, tests: readonly string[]): string =>
    JSON.stringify({
      testResults: [
        { name: 'a.test.ts', status, assertionResults: tests.map((each) => ({ title: each, status: each })) },
      ],
    })

  test('reads statuses, and takes an unknown one for a failure', () => {
    const read = readVitestJson(report('failed', ['passed', 'failed', 'skipped', 'pending', 'todo', 'surprise']))
    expect(read.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped', 'skipped', 'skipped', 'failed'])
  })

  test('counts a file that could not be loaded as a failure', () => {
    expect(readVitestJson(report('failed', [])).map(({ status }) => status)).toEqual(['failed'])
  })
})

describe('parityProblems', () => {
  const results = (file: string, node: number, bun: number): TestResult[] => [
    ...Array.from({ length: node }, (): TestResult => ({ runtime: 'node', file, title: 'a', status: 'passed' })),
    ...Array.from({ length: bun }, (): TestResult => ({ runtime: 'bun', file, title: 'a', status: 'passed' })),
  ]

  test('accepts as many tests on Bun, or more', () => {
    expect(parityProblems([...results('a.test.ts', 2, 2), ...results('b.test.ts', 1, 2)])).toEqual([])
  })

  test('names a file with fewer tests on Bun', () => {
    expect(parityProblems(results('a.test.ts', 2, 1))).toEqual([
      'a.test.ts has 2 tests on Node and only 1 on Bun (tests for Node alone go to *.node.test.ts)',
    ])
  })

  test('leaves out the files for one runtime', () => {
    expect(parityProblems([...results('a.node.test.ts', 2, 0), ...results('a.bun.test.ts', 0, 2)])).toEqual([])
  })
})
