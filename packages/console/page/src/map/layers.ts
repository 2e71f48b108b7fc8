import type { ServiceCalls, ServiceMap } from '../../../src/api.ts'

/** A place in a layer: a node's, or that of a line which passes the layer by. */
export interface Slot {
  /** The node's id; for a line, its own. */
  readonly id: string
  /** Whether a line passes here. */
  readonly passing: boolean
}

/** Calls with the slots that their line goes through, from the caller to the called. */
export interface Way {
  readonly calls: ServiceCalls
  readonly slots: readonly string[]
}

/** Who stands behind whom, and how the lines go. */
export interface Layers {
  readonly layers: readonly (readonly Slot[])[]
  readonly ways: readonly Way[]
}

/** Puts callers before what they call. A line that would cross a layer gets a slot of its own in it. */
export function layersOf({ nodes, calls }: ServiceMap): Layers {
  const depth = depthsOf(
    nodes.map(({ id }) => id),
    calls,
  )
  const layers: Slot[][] = []
  for (const { id } of nodes) (layers[depth.get(id) ?? 0] ??= []).push({ id, passing: false })
  const ways = calls.map((each): Way => {
    const start = depth.get(each.from) ?? 0
    const end = depth.get(each.to) ?? 0
    const slots = [each.from]
    for (let layer = start + 1; layer < end; layer += 1) {
      const id = `${each.from} ${each.to} ${layer}`
      layers[layer]?.push({ id, passing: true })
      slots.push(id)
    }
    return { calls: each, slots: [...slots, each.to] }
  })
  return { layers: untangle(layers.filter(Boolean), ways), ways }
}

/** The longest way from whoever nobody calls; a call that closes a circle does not count. */
function depthsOf(ids: readonly string[], calls: readonly ServiceCalls[]): Map<string, number> {
  const forward = calls.filter(({ from, to }) => from !== to && !reaches(to, from, calls))
  const depth = new Map(ids.map((id) => [id, 0]))
  for (let round = 0; round < ids.length; round += 1) {
    for (const { from, to } of forward) depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1))
  }
  return depth
}

function reaches(start: string, end: string, calls: readonly ServiceCalls[]): boolean {
  const seen = new Set([start])
  for (const id of seen) for (const { from, to } of calls) if (from === id) seen.add(to)
  return seen.has(end)
}

/** Puts each slot near the middle of those before it, then of those behind it, so that fewer lines cross. */
function untangle(layers: readonly (readonly Slot[])[], ways: readonly Way[]): readonly (readonly Slot[])[] {
  const before = new Map<string, string[]>()
  const behind = new Map<string, string[]>()
  for (const { slots } of ways) {
    for (const [index, id] of slots.slice(1).entries()) {
      const from = slots[index] ?? id
      before.set(id, [...(before.get(id) ?? []), from])
      behind.set(from, [...(behind.get(from) ?? []), id])
    }
  }
  let ordered = [...layers]
  for (const neighbours of [before, behind, before]) {
    const position = new Map(
      ordered.flatMap((layer) => layer.map(({ id }, index) => [id, index + 0.5 - layer.length / 2])),
    )
    ordered = (neighbours === before ? ordered : ordered.toReversed()).map((layer) => {
      const wish = ({ id }: Slot): number => mean((neighbours.get(id) ?? [id]).map((each) => position.get(each) ?? 0))
      const sorted = layer.toSorted((a, b) => wish(a) - wish(b))
      for (const [index, { id }] of sorted.entries()) position.set(id, index + 0.5 - sorted.length / 2)
      return sorted
    })
    if (neighbours === behind) ordered = ordered.toReversed()
  }
  return ordered
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
