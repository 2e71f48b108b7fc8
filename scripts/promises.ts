import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type CheckedPromise, checkPromises, type PromiseCheck, type Verdict } from './promise-check.ts'
import { type PromiseList, readPromises } from './promise-list.ts'
import { resultsFolder } from './tally.ts'
import { readJunit, readVitestJson, type TestResult } from './test-results.ts'
import { files, packages, root } from './workspace.ts'

const usage = `pnpm promises [package …]

Prints what the packages promise, and what the last \`pnpm test\` showed of it on each runtime.`

const marks: Readonly<Record<Verdict, string>> = {
  kept: '✓',
  broken: '✗',
  skipped: 'skip',
  none: 'none',
  'not claimed': '–',
}

if (import.meta.main) main()

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean' } } })
  if (values.help) return console.log(usage)
  const { check, lists, problems } = promiseReport()
  for (const [name, list] of lists) {
    if (positionals.length === 0 || positionals.includes(name)) print(name, list, check)
  }
  for (const problem of problems) console.log(`✗ ${problem}`)
  const kept = check.promises.filter(({ verdicts }) => Object.values(verdicts).every(holds)).length
  console.log(`\n${kept} of ${check.promises.length} promises kept, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}

/** Reads the pages and the results of the last run of all tests. */
export function promiseReport(): { check: PromiseCheck; lists: Map<string, PromiseList>; problems: readonly string[] } {
  const lists = new Map<string, PromiseList>()
  const missing: string[] = []
  for (const { name, folder } of packages()) {
    const page = join(folder, 'PROMISES.md')
    if (existsSync(page)) lists.set(name, readPromises(readFileSync(page, 'utf8')))
    else missing.push(`packages/${name} has no PROMISES.md`)
  }
  const check = checkPromises(lists, lastResults())
  return { check, lists, problems: [...staleness(), ...missing, ...check.problems] }
}

function lastResults(): TestResult[] {
  const read = (name: string, parse: (text: string) => TestResult[]): TestResult[] => {
    const path = join(resultsFolder, name)
    return existsSync(path) ? parse(readFileSync(path, 'utf8')) : []
  }
  return [...read('node.json', readVitestJson), ...read('bun.xml', readJunit)]
}

/** Results say nothing about a file that was changed after the run began. */
function staleness(): string[] {
  const run = join(resultsFolder, 'run.json')
  if (!existsSync(run)) return ['there are no results: run pnpm test first']
  const { startedAt }: { startedAt: number } = JSON.parse(readFileSync(run, 'utf8'))
  const newer = files('{packages,examples}/*/src/**/*.ts', '{test,bench}/**/*.ts').filter(
    (file) => statSync(join(root, file)).mtimeMs > startedAt,
  )
  if (newer.length === 0) return []
  const rest = newer.length > 1 ? ` and ${newer.length - 1} more files` : ''
  return [`the results are older than ${newer[0]}${rest}: run pnpm test again`]
}

function print(name: string, list: PromiseList, check: PromiseCheck): void {
  console.log(`\n${name}`.padEnd(12) + 'Node  Bun')
  for (const { id, promise, verdicts } of check.promises.filter((each) => each.id.startsWith(`${name}/`))) {
    console.log(
      `${id.padEnd(16)}${marks[verdicts.node].padEnd(6)}${marks[verdicts.bun].padEnd(6)}${short(promise.text)}`,
    )
  }
  for (const limit of list.limits) console.log(`${'limit'.padEnd(28)}${short(limit)}`)
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function holds(verdict: CheckedPromise['verdicts']['node']): boolean {
  return verdict === 'kept' || verdict === 'not claimed'
}
