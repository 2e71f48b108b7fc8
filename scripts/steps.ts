import type { Tally } from './tally.ts'

/** One check and what it says. An empty list of problems is a pass. */
export interface Step {
  readonly name: string
  /** Resolves to the problems found, one text each; or throws. */
  readonly run: () => Promise<readonly string[]> | readonly string[]
}

/** Runs checks one after the other, a line for each, with the problems below the ones that fail. */
export async function runSteps(steps: readonly Step[]): Promise<Tally> {
  let failed = 0
  for (const step of steps) {
    const start = performance.now()
    const problems = await problemsOf(step)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${step.name} (${seconds} s)`)
    for (const problem of problems) console.log(problem.trimEnd().replaceAll(/^/gm, '    '))
    if (problems.length > 0) failed++
  }
  return { passed: steps.length - failed, failed, skipped: 0 }
}

async function problemsOf(step: Step): Promise<readonly string[]> {
  try {
    return await step.run()
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
