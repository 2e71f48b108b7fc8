import type { StackProfile } from './stack-profile.ts'

/** A function and what it called. Names and files are numbers in the lists of the {@link FlameGraph}. */
export interface FlameNode {
  readonly name: number
  readonly file: number
  readonly line: number
  /** Nanoseconds, with those of its children. */
  readonly value: number
  readonly children: readonly FlameNode[]
}

/** Calls as a page draws them. */
export interface FlameGraph {
  readonly names: readonly string[]
  readonly files: readonly string[]
  readonly root: FlameNode
}

interface Building {
  readonly name: number
  readonly file: number
  readonly line: number
  value: number
  readonly children: Map<string, Building>
}

/** Narrower than a hair on any screen. */
const narrowest = 1 / 5000
const deepest = 400

/** Merges the stacks of a CPU profile by their outer frames. Frames too narrow to be seen are left out. */
export function flameGraph({ samples }: StackProfile): FlameGraph {
  const names = new Numbered()
  const files = new Numbered()
  const build = (name: string, file: string, line: number): Building => {
    return { name: names.of(name), file: files.of(file), line, value: 0, children: new Map() }
  }
  const root = build('all', '', 0)
  for (const { frames, values } of samples) {
    const value = values[1] ?? 0
    let node = root
    node.value += value
    for (const { name, file, line } of frames.slice(-deepest).toReversed()) {
      const place = `${name}\n${file}\n${line}`
      const child = node.children.get(place) ?? build(name, file, line)
      node.children.set(place, child)
      child.value += value
      node = child
    }
  }
  return { names: names.list, files: files.list, root: finish(root, root.value * narrowest) }
}

function finish({ name, file, line, value, children }: Building, least: number): FlameNode {
  const wide = [...children.values()].filter((child) => child.value >= least)
  const sorted = wide.toSorted((a, b) => b.value - a.value)
  return { name, file, line, value, children: sorted.map((child) => finish(child, least)) }
}

/** Texts by number, each once. */
class Numbered {
  readonly list: string[] = []
  readonly #numbers: Map<string, number> = new Map()

  of(text: string): number {
    const number = this.#numbers.get(text) ?? this.list.push(text) - 1
    this.#numbers.set(text, number)
    return number
  }
}
