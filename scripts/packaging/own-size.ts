import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { minifySync } from 'vite'
import { reachableFrom } from '../imports.ts'
import { root } from '../workspace.ts'

/** How large the code of each export may be. */
export interface SizeBudget {
  /** Bytes, for every export that is not listed. */
  readonly default: number
  /** Exports that may be larger, each with the decision that says why. */
  readonly exceptions: Readonly<Record<string, { readonly bytes: number; readonly decision: string }>>
}

/** The budget that is recorded in `scripts/size-budget.json`. */
export function recordedBudget(): SizeBudget {
  const budget: SizeBudget = JSON.parse(readFileSync(join(root, 'scripts', 'size-budget.json'), 'utf8'))
  return budget
}

/** The bytes of own code behind an entry: every own file that it reaches, minified one by one, together, gzipped. */
export function ownSize(entry: string): number {
  const code = reachableFrom(entry).map((file) => minifySync(basename(file), readFileSync(file, 'utf8')).code)
  return gzipSync(code.join('\n')).byteLength
}

/** Exports that are larger than they may be, and exceptions that no longer have a reason. */
export function budgetProblems(sizes: ReadonlyMap<string, number>, budget: SizeBudget): string[] {
  const tooLarge = [...sizes].flatMap(([specifier, bytes]) => {
    const allowed = budget.exceptions[specifier]?.bytes ?? budget.default
    return bytes > allowed ? [`${specifier} has ${bytes} bytes of own code, gzipped; ${allowed} are allowed`] : []
  })
  const unfounded = Object.entries(budget.exceptions).flatMap(([specifier, { decision }]) => {
    if (!sizes.has(specifier)) return [`size-budget.json has an exception for ${specifier}, which is no export`]
    return existsSync(join(root, 'decisions', decision)) ? [] : [`size-budget.json: there is no decisions/${decision}`]
  })
  return [...tooLarge, ...unfounded]
}
