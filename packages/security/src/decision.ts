import type { RouteEntry } from '@seaworthy/middleware'
import { definitionsOf, isArea, isEverywhere, isIgnored, isOpenArea, type Definition } from './definition.ts'
import type { Marker } from './marker.ts'
import { covers, depthOf } from './path-pattern.ts'
import type { Requirement } from './requirement.ts'

/** Where the policy of a definition comes from. */
export type Level = 'route' | 'service' | 'default'

/** The policy of one definition. */
export interface DefinitionPolicy {
  readonly level: Level
  /** `undefined` stands for `none()`. */
  readonly requirements: readonly (Requirement | undefined)[]
}

/** What a chain of routes asks of a request. */
export interface Decision {
  /** All of them must hold; empty when the request is let in by `none()`. */
  readonly requirements: readonly Requirement[]
  /** No route was matched, and no area with a policy. */
  readonly unmatched: boolean
  /** The markers that have been taken into account: they need not enforce themselves. */
  readonly considered: ReadonlySet<Marker>
}

/** Decides what a chain of matched entries asks for. */
export function decide(chain: readonly RouteEntry[], policy: object, fallback: Requirement): Decision {
  const definitions = reachable(definitionsOf(chain, policy))
  const counted = definitions.filter((each, i) => counts(each, definitions.slice(i + 1)))
  const policies = counted.map((each) => policyOf(each, definitions, fallback))
  const met = new Set(policies.flatMap(({ requirements }) => requirements))
  const requirements = [...met].filter((each) => each !== undefined)
  const isOpen = requirements.length === 0 && met.has(undefined)
  return {
    requirements: requirements.length > 0 || isOpen ? requirements : [fallback],
    unmatched: counted.every((each, i) => isArea(each) && policies[i]?.level === 'default'),
    considered: new Set(
      definitions.flatMap((each) =>
        counted.includes(each) ? each.markers : each.markers.filter(({ service }) => service),
      ),
    ),
  }
}

/** Up to the first handler that cannot call `next`. */
function reachable(definitions: readonly Definition[]): readonly Definition[] {
  const end = definitions.findIndex(({ terminal }) => terminal)
  return end === -1 ? definitions : definitions.slice(0, end + 1)
}

/** Middleware of an open area is what answers only when nothing within the area comes after it. */
export function counts(definition: Definition, later: readonly Definition[]): boolean {
  return !isOpenArea(definition) || !later.some(({ path }) => covers(definition.path, path))
}

/** The policy of a definition: its own, else the deepest of the areas that were marked before it, else the default. */
export function policyOf(definition: Definition, all: readonly Definition[], fallback: Requirement): DefinitionPolicy {
  const own = definition.markers.filter((marker) => !isIgnored(marker, definition))
  if (own.length > 0) return { level: 'route', requirements: own.map(({ requirement }) => requirement) }
  const areas = all.filter((each) => isServiceOf(each, definition))
  const deepest = Math.max(...areas.map(({ path }) => depthOf(path)))
  const nearest = areas.filter(({ path }) => depthOf(path) === deepest).flatMap(serviceMarkers)
  if (nearest.length === 0) return { level: 'default', requirements: [fallback] }
  return { level: 'service', requirements: nearest.map(({ requirement }) => requirement) }
}

/** Whether an area's marker holds for a definition. */
export function isServiceOf(area: Definition, definition: Definition): boolean {
  return area.index < definition.index && serviceMarkers(area).length > 0 && covers(area.path, definition.path)
}

/** The markers by which a definition holds for what comes after it. */
function serviceMarkers(definition: Definition): readonly Marker[] {
  if (!isArea(definition) || isEverywhere(definition)) return []
  return definition.markers.filter(({ service }) => service)
}
