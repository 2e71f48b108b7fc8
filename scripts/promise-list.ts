import type { Runtime } from './test-files.ts'

/** One numbered sentence of a `PROMISES.md`. */
export interface PackagePromise {
  readonly number: number
  /** Without the remark about runtimes. */
  readonly text: string
  readonly line: number
  readonly heading: string
  /** The only runtime that it is claimed on; absent for both. */
  readonly only?: Runtime
}

/** What a `PROMISES.md` says. */
export interface PromiseList {
  readonly promises: readonly PackagePromise[]
  /** What is not kept, with its reason. */
  readonly limits: readonly string[]
  /** What is wrong with the page itself. */
  readonly problems: readonly string[]
}

interface Item {
  readonly line: number
  readonly heading: string
  readonly number?: number
  readonly words: string[]
}

/** Reads a `PROMISES.md`: numbered items below any heading, and the bullets below `## Limits`. */
export function readPromises(markdown: string): PromiseList {
  const items = itemsOf(markdown)
  const promises = items.filter((item) => item.number !== undefined && item.heading !== 'Limits').map(promiseOf)
  const limits = items.filter((item) => item.heading === 'Limits').map(textOf)
  return { promises, limits, problems: problemsOf(markdown, items, promises) }
}

function itemsOf(markdown: string): Item[] {
  const items: Item[] = []
  let heading = ''
  let last: Item | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    const title = /^#{1,6}\s+(.*?)\s*$/.exec(text)
    const numbered = /^(\d+)[.)]\s+(.*)$/.exec(text)
    const bullet = /^[-*]\s+(.*)$/.exec(text)
    if (title) {
      heading = title[1] ?? ''
      last = undefined
    } else if (numbered) {
      last = { line: index + 1, heading, number: Number(numbered[1]), words: [numbered[2] ?? ''] }
      items.push(last)
    } else if (bullet) {
      last = { line: index + 1, heading, words: [bullet[1] ?? ''] }
      items.push(last)
    } else if (text.trim() !== '' && /^\s/.test(text)) last?.words.push(text.trim())
    else if (text.trim() !== '') {
      // A paragraph of its own, or a lazy continuation: only the second belongs to the item.
      last?.words.push(text.trim())
    } else last = undefined
  }
  return items
}

/** The form of the remark that limits a promise to one runtime, and anything that looks like an attempt at it. */
const remarkForm = /\s*([*_])(Node|Bun) only: .+?\1(?=\s|$)/
const remarkLike = /\bonly\b[^*_.]*[.:]?[^*_]*[*_]\s*$|\b(Node|Bun) only\b/i

function promiseOf(item: Item): PackagePromise {
  const text = textOf(item)
  const runtime = remarkForm.exec(text)?.[2]
  const only: Runtime | undefined = runtime === undefined ? undefined : runtime === 'Node' ? 'node' : 'bun'
  return {
    number: item.number ?? 0,
    text: text.replace(remarkForm, ''),
    line: item.line,
    heading: item.heading,
    ...(only && { only }),
  }
}

function textOf(item: Item): string {
  return item.words.join(' ').trim()
}

function problemsOf(markdown: string, items: readonly Item[], promises: readonly PackagePromise[]): string[] {
  const problems: string[] = []
  for (const [index, promise] of promises.entries()) {
    if (promise.number !== index + 1)
      problems.push(`line ${promise.line}: number ${promise.number} should be ${index + 1}`)
    if (remarkLike.test(promise.text)) {
      problems.push(`line ${promise.line}: write the remark as *Node only: why* or *Bun only: why*`)
    }
  }
  for (const item of items) {
    if (item.number === undefined && item.heading !== 'Limits')
      problems.push(`line ${item.line}: a promise has a number`)
    if (item.number !== undefined && item.heading === 'Limits') problems.push(`line ${item.line}: a limit is a bullet`)
  }
  if (promises.length === 0) problems.push('there is no promise')
  if (!/^## Limits$/m.test(markdown)) problems.push('there is no `## Limits`')
  return problems
}
