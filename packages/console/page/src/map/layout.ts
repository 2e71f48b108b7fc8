import type { ServiceCalls, ServiceMap, ServiceNode } from '../../../src/api.ts'
import { layersOf } from './layers.ts'

/** A point of the drawing. */
interface Point {
  readonly x: number
  readonly y: number
}

/** A node in its place: the middle of its box. */
export interface PlacedNode extends Point {
  readonly node: ServiceNode
}

/** Calls as a curve, and where their label stands. */
export interface PlacedCalls extends Point {
  readonly calls: ServiceCalls
  readonly path: string
}

/** A drawing of the map. */
export interface MapLayout {
  readonly width: number
  readonly height: number
  /** The size of each box. */
  readonly box: { readonly width: number; readonly height: number }
  readonly nodes: readonly PlacedNode[]
  readonly calls: readonly PlacedCalls[]
}

const label = { width: 96, height: 34 } as const

/**
 * Places callers before what they call: in columns, or in rows where the room is narrow.
 *
 * @param room The width that there is. A map that needs more is wider.
 */
export function layOut(map: ServiceMap, room: number): MapLayout {
  const upright = room < 640
  const { layers, ways } = layersOf(map)
  const box = { width: upright ? 112 : 164, height: upright ? 52 : 56 }
  const [long, broad] = upright ? [box.height, box.width] : [box.width, box.height]
  const least = upright ? label.height + 44 : label.width + 26
  const along = upright
    ? long + least
    : Math.max(long + least, Math.min(long + 190, (room - long) / Math.max(1, layers.length - 1)))
  const places = new Map<string, { readonly a: number; readonly b: number }>()
  let across = 0
  for (const [depth, layer] of layers.entries()) {
    let b = 0
    for (const { id, passing } of layer) {
      const size = passing ? (upright ? label.width : label.height) + 12 : broad + (upright ? 10 : 34)
      places.set(id, { a: depth * along + long / 2, b: b + size / 2 })
      b += size
    }
    for (const { id } of layer) {
      const { a, b: at } = places.get(id) ?? { a: 0, b: 0 }
      places.set(id, { a, b: at - b / 2 })
    }
    across = Math.max(across, b)
  }
  const pointOf = (id: string): Point => {
    const { a, b } = places.get(id) ?? { a: 0, b: 0 }
    return upright ? { x: b + across / 2, y: a } : { x: a, y: b + across / 2 }
  }
  const length = (layers.length - 1) * along + long
  return {
    width: upright ? across : length,
    height: upright ? length : across,
    box,
    nodes: map.nodes.map((node) => ({ node, ...pointOf(node.id) })),
    calls: ways.map(({ calls, slots }) => connect(calls, slots.map(pointOf), long, upright)),
  }
}

/** A curve through points: straight through the layers that it passes, bent between them. */
function connect(calls: ServiceCalls, points: readonly Point[], long: number, upright: boolean): PlacedCalls {
  const [first = { x: 0, y: 0 }] = points
  const last = points.at(-1) ?? first
  if (calls.from === calls.to) return loop(calls, first, upright ? long : 56)
  const shift = (point: Point, by: number): Point =>
    upright ? { x: point.x, y: point.y + by } : { x: point.x + by, y: point.y }
  const back = upright ? last.y < first.y : last.x < first.x
  const half = back ? -long / 2 : long / 2
  const stops = [
    shift(first, half),
    ...points.slice(1, -1).flatMap((point) => [shift(point, -half), shift(point, half)]),
    shift(last, -half - (back ? -5 : 5)),
  ]
  let path = `M${stops[0]?.x} ${stops[0]?.y}`
  for (const [index, to] of stops.slice(1).entries()) {
    const from = stops[index] ?? to
    const straight = index % 2 === 1
    const middle = upright ? (from.y + to.y) / 2 : (from.x + to.x) / 2
    if (straight) path += `L${to.x} ${to.y}`
    else if (upright) path += `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`
    else path += `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`
  }
  const [one = first, two = last] = points.length > 2 ? stops.slice(1) : stops
  return { calls, path, x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 }
}

function loop(calls: ServiceCalls, { x, y }: Point, height: number): PlacedCalls {
  const top = y - height / 2
  return {
    calls,
    path: `M${x - 24} ${top}C${x - 24} ${top - 34} ${x + 24} ${top - 34} ${x + 24} ${top - 4}`,
    x,
    y: top - 28,
  }
}
