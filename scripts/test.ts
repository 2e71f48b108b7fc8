import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { parityProblems } from './parity.ts'
import { createProgress } from './progress.ts'
import { type Finished, run } from './run.ts'
import { missingServices, servicesRequired } from './services.ts'
import { close, closingLine, resultsFolder, sum } from './tally.ts'
import { type Runtime, runtimes, testFiles } from './test-files.ts'
import { withoutPasses } from './test-output.ts'
import { readJunit, readVitestJson, tallyOf, type TestResult } from './test-results.ts'
import { root } from './workspace.ts'

const usage = `pnpm test [--node] [--bun] [package or piece of a path …]

Runs every test on Node and, the same files, on Bun. Results are kept under .results/ for pnpm promises; a run of only
some tests keeps them under .results/partial/.`

/** How long a runner may take to end after it wrote its report, in milliseconds. */
const patience = 20_000

const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'boolean' }, bun: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help) {
  console.log(usage)
} else {
  await main()
}

async function main(): Promise<void> {
  const chosen = runtimes.filter((runtime) => values[runtime] || (!values.node && !values.bun))
  const whole = filters.length === 0 && chosen.length === runtimes.length
  const folder = whole ? resultsFolder : join(resultsFolder, 'partial')
  mkdirSync(folder, { recursive: true })
  const startedAt = Date.now()

  const missing = missingServices()
  for (const line of missing) console.log(line)

  const results: TestResult[] = []
  for (const runtime of chosen) results.push(...(await testOn(runtime, folder)))

  const problems = chosen.length === runtimes.length ? parityProblems(results) : []
  if (servicesRequired()) problems.push(...missing, ...skippedProblems(results))
  for (const problem of problems) console.log(`✗ ${problem}`)

  writeFileSync(join(folder, 'run.json'), `${JSON.stringify({ startedAt, finishedAt: Date.now() })}\n`)
  close(whole ? 'test' : 'partial', sum([tallyOf(results), { passed: 0, failed: problems.length, skipped: 0 }]))
}

/** Runs the files of one runtime, says how it went in one line, and shows the runner's output only when something failed. */
async function testOn(runtime: Runtime, folder: string): Promise<TestResult[]> {
  const files = testFiles(runtime, filters)
  if (files.length === 0) return []
  const report = join(folder, runtime === 'node' ? 'node.json' : 'bun.xml')
  rmSync(report, { force: true })
  const start = performance.now()
  const finished = await runFiles(runtime, files, report)
  const results = withRunnerFailure(runtime, readReport(runtime, report), finished)
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  const tally = tallyOf(results)
  if (tally.failed > 0) console.log(withoutPasses(stripVTControlCharacters(finished.output)))
  console.log(
    `${tally.failed > 0 ? '✗' : '✓'} ${titleOf(runtime)}: ${closingLine(tally)} (${files.length} files, ${seconds} s)`,
  )
  return results
}

async function runFiles(runtime: Runtime, files: readonly string[], report: string): Promise<Finished> {
  const commands: Readonly<Record<Runtime, readonly [string, ...string[]]>> = {
    node: [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      '--silent=passed-only',
    ],
    bun: [
      'bun',
      'test',
      `--parallel=${availableParallelism() + 1}`,
      '--timeout=20000',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
    ],
  }
  const [command, ...args] = commands[runtime]
  const progress = createProgress(titleOf(runtime), files)
  const end = new AbortController()
  const watch = setInterval(() => {
    if (existsSync(report) && Date.now() - statSync(report).mtimeMs > patience) end.abort()
  }, 1000)
  const finished = await run(command, [...args, ...files.map((file) => `./${file}`)], {
    // Hundreds of processes load the same packages: Node keeps what it has compiled.
    env: { TEST_RUNTIME: runtime, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node') },
    onOutput: progress.read,
    timeout: 15 * 60_000,
    signal: end.signal,
  })
  clearInterval(watch)
  progress.clear()
  if (!end.signal.aborted) return finished
  return {
    ...finished,
    output: `${finished.output}\nIt did not end: a test left a process behind, or a handle open.\n`,
  }
}

function readReport(runtime: Runtime, report: string): TestResult[] {
  if (!existsSync(report)) return []
  const text = readFileSync(report, 'utf8')
  return runtime === 'node' ? readVitestJson(text) : readJunit(text)
}

/** A runner can fail without a failed test: a crash, an error outside of any test. That must not look green. */
function withRunnerFailure(runtime: Runtime, results: TestResult[], finished: Finished): TestResult[] {
  if (finished.code === 0 || results.some((result) => result.status === 'failed')) return results
  return [...results, { runtime, file: '', title: 'the runner', status: 'failed' }]
}

function skippedProblems(results: readonly TestResult[]): string[] {
  return results
    .filter((result) => result.status === 'skipped')
    .map(({ runtime, file, title }) => `skipped on ${titleOf(runtime)}: ${title} (${file})`)
}

function titleOf(runtime: Runtime): string {
  return runtime === 'node' ? 'Node' : 'Bun'
}
