import type { TestResult } from './test-results.ts'
import { runtimesOf } from './test-files.ts'

/**
 * Compares how many tests each shared file has on Node and on Bun. A file of which Bun silently loads fewer would
 * otherwise look green. More tests on Bun are fine: a file may have some for Bun alone.
 *
 * @returns One problem per file that has fewer tests on Bun.
 */
export function parityProblems(results: readonly TestResult[]): string[] {
  const shared = results.filter((result) => runtimesOf(result.file).length === 2)
  const byFile = Map.groupBy(shared, (result) => result.file)
  return [...byFile].flatMap(([file, tests]) => {
    const node = tests.filter((test) => test.runtime === 'node').length
    const bun = tests.length - node
    if (bun >= node) return []
    return [`${file} has ${node} tests on Node and only ${bun} on Bun (tests for Node alone go to *.node.test.ts)`]
  })
}
