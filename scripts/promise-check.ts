import type { PackagePromise, PromiseList } from './promise-list.ts'
import { type Runtime, runtimes } from './test-files.ts'
import type { TestResult } from './test-results.ts'

/** What became of a promise on a runtime; `none` when no test carries its number there. */
export type Verdict = 'kept' | 'broken' | 'skipped' | 'none' | 'not claimed'

/** A promise with its verdicts. */
export interface CheckedPromise {
  /** For example `log/7`. */
  readonly id: string
  readonly promise: PackagePromise
  readonly verdicts: Readonly<Record<Runtime, Verdict>>
}

/** Every promise with its verdict on each runtime, and everything that is wrong. */
export interface PromiseCheck {
  readonly promises: readonly CheckedPromise[]
  readonly problems: readonly string[]
}

/** The promises that a test shows, read from the end of its title: `(log/7) (tracing/3)`. */
export function promisesOf(title: string): string[] {
  const tail = /(?:\s*\([a-z0-9-]+\/\d+\))+\s*$/.exec(title)?.[0] ?? ''
  return [...tail.matchAll(/\(([a-z0-9-]+\/\d+)\)/g)].map((match) => match[1] ?? '')
}

/**
 * Holds what the packages promise against what the tests showed.
 *
 * @param names The packages that are asked about: what tests say of others is left out. All of them, when empty.
 */
export function checkPromises(
  lists: ReadonlyMap<string, PromiseList>,
  results: readonly TestResult[],
  names: readonly string[] = [],
): PromiseCheck {
  const shown = showings(results, (id) => names.length === 0 || names.some((name) => id.startsWith(`${name}/`)))
  const promises = [...lists].flatMap(([name, list]) =>
    list.promises.map((promise): CheckedPromise => {
      const id = `${name}/${promise.number}`
      const tests = shown.get(id) ?? []
      return { id, promise, verdicts: { node: verdict(promise, 'node', tests), bun: verdict(promise, 'bun', tests) } }
    }),
  )
  const known = new Set(promises.map(({ id }) => id))
  return {
    promises,
    problems: [
      ...[...lists].flatMap(([name, { problems }]) => problems.map((text) => `packages/${name}/PROMISES.md: ${text}`)),
      ...promises.flatMap(unkept),
      ...unknownPromises(known, shown),
      ...misplaced(results),
    ],
  }
}

function showings(results: readonly TestResult[], isAsked: (id: string) => boolean): Map<string, TestResult[]> {
  const shown = new Map<string, TestResult[]>()
  for (const result of results) {
    for (const id of promisesOf(result.title).filter(isAsked)) shown.set(id, [...(shown.get(id) ?? []), result])
  }
  return shown
}

function verdict(promise: PackagePromise, runtime: Runtime, tests: readonly TestResult[]): Verdict {
  if (promise.only !== undefined && promise.only !== runtime) return 'not claimed'
  const here = tests.filter((test) => test.runtime === runtime)
  if (here.length === 0) return 'none'
  if (here.some((test) => test.status === 'failed')) return 'broken'
  return here.some((test) => test.status === 'passed') ? 'kept' : 'skipped'
}

function unkept({ id, verdicts }: CheckedPromise): string[] {
  const words: Readonly<Record<Verdict, string | undefined>> = {
    kept: undefined,
    'not claimed': undefined,
    broken: 'a test of it fails',
    skipped: 'every test of it is skipped',
    none: 'no test carries its number',
  }
  return runtimes.flatMap((runtime) => {
    const reason = words[verdicts[runtime]]
    return reason ? [`${id} on ${runtime === 'node' ? 'Node' : 'Bun'}: ${reason}`] : []
  })
}

function unknownPromises(known: ReadonlySet<string>, shown: ReadonlyMap<string, readonly TestResult[]>): string[] {
  return [...shown]
    .filter(([id]) => !known.has(id))
    .map(([id, [first]]) => `${first?.file}: a test names ${id}, which nobody promises: ${first?.title}`)
}

/** Other pages that refer to promises, as `log/12`: each has to be there. */
export function referenceProblems(page: string, text: string, lists: ReadonlyMap<string, PromiseList>): string[] {
  return [...text.matchAll(/(?<![\w/.-])([a-z0-9-]+)\/(\d+)\b/g)].flatMap(([reference, name = '', number]) => {
    const list = lists.get(name)
    if (!list || list.promises.some((promise) => promise.number === Number(number))) return []
    return [`${page} refers to ${reference}, which nobody promises`]
  })
}

/** A number that is not at the end of a title would be read by people, and by nothing else. */
function misplaced(results: readonly TestResult[]): string[] {
  const wrong = results.filter(({ title }) => {
    const all = [...title.matchAll(/\([a-z0-9-]+\/\d+\)/g)].length
    return all > promisesOf(title).length
  })
  return [...new Set(wrong.map(({ file, title }) => `${file}: a promise stands at the end of a title: ${title}`))]
}
