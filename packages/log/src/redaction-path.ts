import { nameWords } from './name-words.ts'

/** What a path says about one step. */
export interface PathRule {
  /** The name at this step, as words; `*` is any. */
  readonly name: string
  /** The steps below; empty when the value itself is hidden. */
  readonly below: readonly PathRule[]
}

/** The rules that apply below a member: `undefined` where there is none. */
export type PathRules = readonly PathRule[] | undefined

/**
 * Reads paths such as `user.email`, `*.address` and `items.*.code`. The elements of an array are no step of their
 * own, so that `items.code` and `items[*].code` reach the code of every item.
 */
export function parsePaths(paths: readonly string[]): PathRules {
  return paths.length === 0 ? undefined : paths.map((path) => ruleOf(path.replaceAll('[*]', '').split('.')))
}

function ruleOf(steps: readonly string[]): PathRule {
  const [name = '*', ...rest] = steps
  return { name: name === '*' ? '*' : nameWords(name), below: rest.length === 0 ? [] : [ruleOf(rest)] }
}

/** What the rules say about a member: it is hidden, or other rules apply below it, or none. */
export function stepInto(rules: PathRules, name: string): 'hidden' | PathRules {
  if (rules === undefined) return undefined
  const words = nameWords(name)
  const below: PathRule[] = []
  for (const rule of rules) {
    if (rule.name !== '*' && rule.name !== words) continue
    if (rule.below.length === 0) return 'hidden'
    below.push(...rule.below)
  }
  return below.length === 0 ? undefined : below
}
