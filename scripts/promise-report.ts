import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkPromises, type PromiseCheck, referenceProblems } from './promise-check.ts'
import { type PromiseList, readPromises } from './promise-list.ts'
import { resultsFolder } from './tally.ts'
import { readJunit, readVitestJson, type TestResult } from './test-results.ts'
import { files, packages, root } from './workspace.ts'

/** What the packages promise, and what the last run of the tests showed of it. */
export interface PromiseReport {
  readonly lists: ReadonlyMap<string, PromiseList>
  readonly check: PromiseCheck
  /** Everything that is wrong: with the pages, the tests, and the results. */
  readonly problems: readonly string[]
}

/**
 * Holds the pages against the results of the last run.
 *
 * @param names Only these packages: then a run of only some tests will do, if it is the newest. Without any, all.
 */
export function promiseReport(names: readonly string[] = []): PromiseReport {
  const wanted = packages().filter(({ name }) => names.length === 0 || names.includes(name))
  const lists = new Map<string, PromiseList>()
  const missing: string[] = []
  for (const { name, folder } of wanted) {
    const page = join(folder, 'PROMISES.md')
    if (existsSync(page)) lists.set(name, readPromises(readFileSync(page, 'utf8')))
    else missing.push(`packages/${name} has no PROMISES.md`)
  }
  const results = names.length === 0 ? resultsFolder : newestResults()
  const check = checkPromises(lists, readResults(results), names)
  return { lists, check, problems: [...staleness(results, names), ...missing, ...check.problems, ...references(lists)] }
}

function references(lists: ReadonlyMap<string, PromiseList>): string[] {
  const pages = files('*.md', 'packages/*/README.md', 'decisions/*.md')
  return pages.flatMap((page) => referenceProblems(page, readFileSync(join(root, page), 'utf8'), lists))
}

function newestResults(): string {
  const partial = join(resultsFolder, 'partial')
  return (startOf(partial) ?? 0) > (startOf(resultsFolder) ?? 0) ? partial : resultsFolder
}

function readResults(folder: string): TestResult[] {
  const read = (name: string, parse: (text: string) => TestResult[]): TestResult[] => {
    const path = join(folder, name)
    return existsSync(path) ? parse(readFileSync(path, 'utf8')) : []
  }
  return [...read('node.json', readVitestJson), ...read('bun.xml', readJunit)]
}

function startOf(folder: string): number | undefined {
  const path = join(folder, 'run.json')
  if (!existsSync(path)) return undefined
  const { startedAt }: { startedAt: number } = JSON.parse(readFileSync(path, 'utf8'))
  return startedAt
}

/** Results say nothing about a file that was changed after the run began. */
function staleness(folder: string, names: readonly string[]): string[] {
  const start = startOf(folder)
  if (start === undefined) return ['there are no results: run pnpm test first']
  const patterns =
    names.length === 0
      ? ['{packages,examples}/*/src/**/*.ts', '{test,bench}/**/*.ts']
      : names.map((name) => `packages/${name}/src/**/*.ts`)
  const newer = files(...patterns).filter((file) => statSync(join(root, file)).mtimeMs > start)
  if (newer.length === 0) return []
  const rest = newer.length > 1 ? ` and ${newer.length - 1} more files` : ''
  return [`the results are older than ${newer[0]}${rest}: run pnpm test again`]
}
