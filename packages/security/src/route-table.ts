import { definitionsOfApp, decisionFor, type RouteSource } from './placed-policies.ts'
import { isArea, type Definition } from './definition.ts'
import { policyOf, type Level } from './decision.ts'
import { isWildcard } from './path-pattern.ts'
import type { Requirement } from './requirement.ts'

/** A route, and what it asks for. */
export interface RoutePolicy {
  readonly method: string
  readonly path: string
  /** In words: `jwt(orders:write) or apiKey`, or `none`. */
  readonly policy: string
  /** Where it comes from: the route itself, the area that it stands in, or the default. */
  readonly level: Level
  /** Whether OpenAPI can describe it: not for all methods at once, methods of one's own, and wildcards. */
  readonly documented: boolean
  /** All must hold; empty for `none()`. */
  readonly requirements: readonly Requirement[]
}

/** The routes of an application with their policies, in order. */
export function routeTable(app: RouteSource, policy: object, fallback: Requirement): RoutePolicy[] {
  const definitions = definitionsOfApp(app, policy)
  return definitions.filter(isRoute).map((definition) => {
    const { requirements } = decisionFor(app, policy, fallback, definition)
    return {
      method: definition.method,
      path: definition.path,
      policy: requirements.length === 0 ? 'none' : requirements.map(inWords).join(' and '),
      level: policyOf(definition, definitions, fallback).level,
      documented: isDocumented(definition),
      requirements,
    }
  })
}

/** Routes, and areas with a policy of their own, such as static files. */
function isRoute(definition: Definition): boolean {
  if (!isArea(definition)) return true
  return definition.handlers > 0 && definition.markers.length > 0
}

const documentedMethods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'])

function isDocumented({ method, path }: Definition): boolean {
  return documentedMethods.has(method) && !isWildcard(path)
}

function inWords({ alternatives, optional }: Requirement): string {
  const words = alternatives.map((conditions) =>
    conditions
      .map(({ scheme, scopes }) => (scopes.length > 0 ? `${scheme.scheme}(${scopes.join(', ')})` : scheme.scheme))
      .join(' + '),
  )
  return optional ? `optional ${words.join(' or ')}` : words.join(' or ')
}
