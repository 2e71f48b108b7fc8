import { files } from './workspace.ts'

/** The runtimes that tests run on. */
export type Runtime = 'node' | 'bun'

/** Both runtimes, in the order in which they are tested. */
export const runtimes: readonly Runtime[] = ['node', 'bun']

/** Where tests live; `vitest.config.ts` lists the same. */
export const testPatterns: readonly string[] = [
  'packages/*/src/**/*.test.ts',
  'examples/*/src/**/*.test.ts',
  'test/**/*.test.ts',
  'bench/**/*.test.ts',
  'scripts/**/*.test.ts',
]

/** The runtimes that a test file is for: `*.node.test.ts` and `*.bun.test.ts` are for one, all others for both. */
export function runtimesOf(file: string): readonly Runtime[] {
  const only = runtimes.find((runtime) => file.endsWith(`.${runtime}.test.ts`))
  return only ? [only] : runtimes
}

/**
 * The test files for a runtime, as paths from the root.
 *
 * @param filters Package names or pieces of paths; without any, all files.
 */
export function testFiles(runtime: Runtime, filters: readonly string[] = []): string[] {
  return files(...testPatterns)
    .filter((file) => runtimesOf(file).includes(runtime))
    .filter((file) => filters.length === 0 || filters.some((filter) => matches(file, filter)))
}

function matches(file: string, filter: string): boolean {
  return /^[a-z0-9-]+$/.test(filter)
    ? file.split('/').includes(filter) || file.includes(`/${filter}.`)
    : file.includes(filter)
}
