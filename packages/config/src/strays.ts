import type { Problem } from './config-error.ts'
import type { Layer } from './layers.ts'
import { nearest } from './nearest.ts'
import { oneLine } from './one-line.ts'
import type { Variable } from './variables.ts'

/** The variables that are set somewhere and that no part of the specification reads. */
export function findStrays(variables: readonly Variable[], layers: readonly Layer[]): readonly string[] {
  const known = new Set(variables.flatMap(({ name, fileName }) => [name, fileName]))
  const set = new Set(layers.flatMap(({ values }) => [...values.keys()]))
  return [...set].filter((name) => !known.has(name))
}

/** The strays under the prefix, each with the name that may have been meant. Their values are not looked at. */
export function unknownProblems(
  strays: readonly string[],
  variables: readonly Variable[],
  prefix: string,
): readonly Problem[] {
  if (prefix === '') return []
  const names = variables.flatMap(({ name, fileName }) => [name, fileName])
  return strays
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ variable: oneLine(name), message: `is set, but nothing reads it${suggestion(name, names)}` }))
}

function suggestion(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === undefined ? '' : `; did you mean ${near}?`
}
