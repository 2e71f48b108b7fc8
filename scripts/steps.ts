import { stripVTControlCharacters } from 'node:util'
import type { Tally } from './tally.ts'

/** One check and what it says. No problems are a pass. */
export interface Step {
  readonly name: string
  /** Whether later checks build on what this one makes: when it throws, they are not run and count as failed. */
  readonly required?: boolean
  /** Resolves to the problems found, one text each; throws when it could not even look. */
  readonly run: () => Promise<readonly string[]> | readonly string[]
}

/** Runs checks one after the other, a line for each, with the problems below the ones that fail. */
export async function runSteps(steps: readonly Step[]): Promise<Tally> {
  let passed = 0
  for (const step of steps) {
    const start = performance.now()
    const { problems, thrown } = await outcomeOf(step)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${step.name} (${seconds} s)`)
    for (const problem of problems)
      console.log(
        stripVTControlCharacters(problem)
          .trimEnd()
          .replaceAll(/^(?=.)/gm, '    '),
      )
    if (problems.length === 0) passed++
    if (thrown && step.required) break
  }
  return { passed, failed: steps.length - passed, skipped: 0 }
}

async function outcomeOf(step: Step): Promise<{ problems: readonly string[]; thrown: boolean }> {
  try {
    return { problems: await step.run(), thrown: false }
  } catch (error) {
    return { problems: [messageOf(error)], thrown: true }
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`
}
