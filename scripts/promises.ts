import { parseArgs } from 'node:util'
import type { CheckedPromise, PromiseCheck, Verdict } from './promise-check.ts'
import type { PromiseList } from './promise-list.ts'
import { promiseReport } from './promise-report.ts'

const usage = `pnpm promises [package …]

Prints what the packages promise, and what the last \`pnpm test\` showed of it on each runtime.`

const marks: Readonly<Record<Verdict, string>> = {
  kept: '✓',
  broken: '✗',
  skipped: 'skip',
  none: 'none',
  'not claimed': '–',
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean' } } })
if (values.help) {
  console.log(usage)
} else {
  const { lists, check, problems } = promiseReport(positionals)
  for (const [name, list] of lists) print(name, list, check)
  if (problems.length > 0) console.log('')
  for (const problem of problems) console.log(`✗ ${problem}`)
  const kept = check.promises.filter(({ verdicts }) => Object.values(verdicts).every(holds)).length
  console.log(`\n${kept} of ${check.promises.length} promises kept, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}

function print(name: string, list: PromiseList, check: PromiseCheck): void {
  console.log(`\n${name.padEnd(18)}Node  Bun`)
  for (const { id, promise, verdicts } of check.promises.filter((each) => each.id.startsWith(`${name}/`))) {
    console.log(
      `${id.padEnd(18)}${marks[verdicts.node].padEnd(6)}${marks[verdicts.bun].padEnd(6)}${short(promise.text)}`,
    )
  }
  for (const limit of list.limits) console.log(`${'limit'.padEnd(30)}${short(limit)}`)
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function holds(verdict: CheckedPromise['verdicts']['node']): boolean {
  return verdict === 'kept' || verdict === 'not claimed'
}
