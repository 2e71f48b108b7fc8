import { testRuleProblems } from './check-tests.ts'
import { floorProblems } from './floors.ts'
import { houseRuleProblems } from './house-rules.ts'
import { pageProblems } from './page-check.ts'
import { promiseReport } from './promise-report.ts'
import { readmeProblems } from './readme-blocks.ts'
import { run } from './run.ts'
import type { Step } from './steps.ts'
import { packages } from './workspace.ts'

/** Everything that can be said of the repository without running it. */
const steps: readonly Step[] = [
  { name: 'types', run: typeProblems },
  { name: 'readme', run: readmeProblems },
  { name: 'lint', run: () => program('oxlint', '--deny-warnings', '--format=unix') },
  { name: 'page', run: pageProblems },
  { name: 'format', run: () => program('oxfmt', '--check') },
  { name: 'tests', run: testRuleProblems },
  { name: 'house', run: houseRuleProblems },
  { name: 'floors', run: () => floorProblems(packages()) },
  { name: 'knip', run: () => program('knip', '--no-progress', '--no-config-hints') },
  { name: 'compare', run: () => program('node', 'packages/tracing/compare/table.ts', '--check') },
  { name: 'promises', run: () => promiseReport().problems },
]

/**
 * The checks to run.
 *
 * @param names Only these; without any, all of them.
 * @throws {Error} When there is no check of a name.
 */
export function checkSteps(names: readonly string[]): readonly Step[] {
  const unknown = names.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined)
    throw new Error(`no check is called ${unknown}: ${steps.map((step) => step.name).join(', ')}`)
  return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name))
}

/** The published sources as they are built, then everything as it is run, each error once. */
async function typeProblems(): Promise<string[]> {
  const built = await program('tsc', '-b', '--pretty', 'false', ...packages().map((each) => each.folder))
  const whole = await program('tsc', '-p', '.', '--pretty', 'false')
  const page = await program('tsc', '-p', 'packages/console/page', '--pretty', 'false')
  return [...new Set([...built, ...whole, ...page].flatMap((output) => output.trimEnd().split(/\n(?!\s)/)))]
}

async function program(command: string, ...args: readonly string[]): Promise<string[]> {
  const { code, output } = await run(command, args)
  return code === 0 ? [] : [output === '' ? `${command} ended with ${code}` : output]
}
