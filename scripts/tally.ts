import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** How many checks passed, failed and were skipped. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Where the machine-readable results of the last run are. */
export const resultsFolder: string = join(root, '.results')

/** Adds tallies up. */
export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, tally) => total + tally.passed, 0),
    failed: tallies.reduce((total, tally) => total + tally.failed, 0),
    skipped: tallies.reduce((total, tally) => total + tally.skipped, 0),
  }
}

/** The line that closes every run. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
}

/** Prints the closing line, keeps the tally under `.results/`, and sets the exit code. */
export function close(name: string, tally: Tally): void {
  mkdirSync(resultsFolder, { recursive: true })
  writeFileSync(join(resultsFolder, `${name}.tally.json`), `${JSON.stringify(tally)}\n`)
  console.log(`\n${closingLine(tally)}`)
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1
}
