import type { SpanBar } from '../../../src/api.ts'

/** What hangs below what in a trace. Spans go by their place in it. */
export interface Forest {
  readonly roots: readonly number[]
  readonly children: readonly (readonly number[])[]
  /** How many spans are below each. */
  readonly below: readonly number[]
  /** Roots that name a parent which is not here. */
  readonly orphans: ReadonlySet<number>
}

/**
 * Puts spans below their parents. Whatever a client sends has a place: a span whose parent is not here is a root, and so
 * is the first span of a circle.
 */
export function plant(spans: readonly SpanBar[]): Forest {
  const placeOf = new Map<string, number>()
  for (const [index, { spanId }] of spans.entries()) if (!placeOf.has(spanId)) placeOf.set(spanId, index)
  const parents = spans.map(({ parentId = '' }) => placeOf.get(parentId))
  const children: number[][] = spans.map(() => [])
  const roots: number[] = []
  const orphans = new Set<number>()
  for (const [index, parent] of parents.entries()) {
    if (parent !== undefined && parent !== index) {
      children[parent]?.push(index)
      continue
    }
    roots.push(index)
    if (parent === undefined && spans[index]?.parentId !== undefined) orphans.add(index)
  }
  openCircles(roots, children, parents)
  return { roots, children, below: countBelow(roots, children), orphans }
}

/** Makes a root of one span of each circle. Every span has one parent, so a walk down from a root meets no circle. */
function openCircles(roots: number[], children: readonly number[][], parents: readonly (number | undefined)[]): void {
  const reached = new Set(downFrom(roots, children))
  for (const [index, parent] of parents.entries()) {
    if (reached.has(index)) continue
    const siblings = children[parent ?? -1]
    siblings?.splice(siblings.indexOf(index), 1)
    roots.push(index)
    for (const each of downFrom([index], children)) reached.add(each)
  }
}

/** These spans and all below them, parents first. Without recursion: a trace can be as deep as it is long. */
function downFrom(starts: readonly number[], children: readonly (readonly number[])[]): number[] {
  const order = [...starts]
  for (let at = 0; at < order.length; at += 1) {
    for (const child of children[order[at] ?? -1] ?? []) order.push(child)
  }
  return order
}

function countBelow(roots: readonly number[], children: readonly (readonly number[])[]): number[] {
  const below = children.map(() => 0)
  for (const index of downFrom(roots, children).toReversed()) {
    for (const child of children[index] ?? []) below[index] = (below[index] ?? 0) + 1 + (below[child] ?? 0)
  }
  return below
}
