import type { ServiceCalls, ServiceMap, ServiceNode } from '../../../src/api.ts'

/** A node in its place: the middle of its box. */
export interface PlacedNode {
  readonly node: ServiceNode
  readonly x: number
  readonly y: number
}

/** Calls as a curve between two boxes. */
export interface PlacedCalls {
  readonly calls: ServiceCalls
  readonly path: string
  /** Where the label stands. */
  readonly x: number
  readonly y: number
}

/** A drawing of the map. */
export interface MapLayout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly calls: readonly PlacedCalls[]
}

/** The size of a node's box. */
export const box = { width: 168, height: 58 } as const

/** Places callers before what they call, in columns, or in rows where the room is narrow. */
export function layOut({ nodes, calls }: ServiceMap, upright: boolean): MapLayout {
  const layers = orderLayers(layersOf(nodes, calls), calls)
  const along = upright ? box.height + 74 : box.width + 132
  const across = upright ? box.width + 18 : box.height + 44
  const widest = Math.max(1, ...layers.map((layer) => layer.length))
  const size = { along: layers.length * along, across: widest * across }
  const placed = new Map<string, PlacedNode>()
  for (const [depth, layer] of layers.entries()) {
    const start = (size.across - layer.length * across) / 2
    for (const [index, node] of layer.entries()) {
      const a = depth * along + along / 2
      const b = start + index * across + across / 2
      placed.set(node.id, upright ? { node, x: b, y: a } : { node, x: a, y: b })
    }
  }
  return {
    width: upright ? size.across : size.along,
    height: upright ? size.along : size.across,
    nodes: [...placed.values()],
    calls: calls.flatMap((each) => {
      const from = placed.get(each.from)
      const to = placed.get(each.to)
      return from && to ? [connect(each, from, to, upright)] : []
    }),
  }
}

/** The longest way from whoever nobody calls; a call that closes a circle does not count. */
function layersOf(nodes: readonly ServiceNode[], calls: readonly ServiceCalls[]): ServiceNode[][] {
  const depth = new Map(nodes.map(({ id }) => [id, 0]))
  for (let round = 0; round < nodes.length; round += 1) {
    let moved = false
    for (const { from, to } of calls) {
      const wanted = (depth.get(from) ?? 0) + 1
      if (from === to || wanted <= (depth.get(to) ?? 0) || wanted >= nodes.length) continue
      if (reaches(to, from, calls)) continue
      depth.set(to, wanted)
      moved = true
    }
    if (!moved) break
  }
  const layers: ServiceNode[][] = []
  for (const node of nodes) (layers[depth.get(node.id) ?? 0] ??= []).push(node)
  return layers.filter(Boolean)
}

function reaches(start: string, end: string, calls: readonly ServiceCalls[]): boolean {
  const seen = new Set([start])
  for (const id of seen) for (const { from, to } of calls) if (from === id) seen.add(to)
  return seen.has(end)
}

/** Puts each node near the middle of those that call it, so that fewer lines cross. */
function orderLayers(layers: readonly ServiceNode[][], calls: readonly ServiceCalls[]): readonly ServiceNode[][] {
  const position = new Map<string, number>()
  return layers.map((layer) => {
    const wish = ({ id }: ServiceNode): number => {
      const callers = calls.filter(({ to }) => to === id).flatMap(({ from }) => position.get(from) ?? [])
      return callers.length === 0 ? 0.5 : callers.reduce((sum, each) => sum + each, 0) / callers.length
    }
    const ordered = layer.toSorted((a, b) => wish(a) - wish(b))
    for (const [index, { id }] of ordered.entries()) position.set(id, (index + 0.5) / ordered.length)
    return ordered
  })
}

function connect(calls: ServiceCalls, from: PlacedNode, to: PlacedNode, upright: boolean): PlacedCalls {
  if (from === to) return loop(calls, from)
  const half = upright ? box.height / 2 : box.width / 2
  const start = upright ? { x: from.x, y: from.y + half } : { x: from.x + half, y: from.y }
  const end = upright ? { x: to.x, y: to.y - half - 6 } : { x: to.x - half - 6, y: to.y }
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 }
  const bend = upright
    ? `C${start.x} ${middle.y} ${end.x} ${middle.y} ${end.x} ${end.y}`
    : `C${middle.x} ${start.y} ${middle.x} ${end.y} ${end.x} ${end.y}`
  return { calls, path: `M${start.x} ${start.y}${bend}`, ...middle }
}

function loop(calls: ServiceCalls, { x, y }: PlacedNode): PlacedCalls {
  const top = y - box.height / 2
  return { calls, path: `M${x - 24} ${top}C${x - 24} ${top - 34} ${x + 24} ${top - 34} ${x + 24} ${top - 4}`, x, y: top - 28 }
}
