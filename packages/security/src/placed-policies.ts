import type { RouteEntry } from '@seaworthy/middleware'
import { decide, type Decision } from './decision.ts'
import { definitionsOf, type Definition } from './definition.ts'
import { covers } from './path-pattern.ts'
import type { Requirement } from './requirement.ts'

/** A Hono application, as far as its list of routes. */
export interface RouteSource {
  readonly routes: readonly RouteEntry[]
}

/** The definitions of an application. Hono's list is read, never its matcher: that would freeze the application. */
export function definitionsOfApp(app: RouteSource, policy: object): Definition[] {
  return definitionsOf(app.routes, policy)
}

/** What a request asks for that matches a definition, and everything that covers it. */
export function decisionFor(app: RouteSource, policy: object, fallback: Requirement, definition: Definition): Decision {
  const chain = app.routes.filter(
    (entry, index) =>
      (entry.method === 'ALL' || entry.method === definition.method) &&
      (index < definition.index ? covers(entry.path, definition.path) : entry.path === definition.path),
  )
  return decide(chain, policy, fallback)
}
