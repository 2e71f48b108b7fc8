import { registeredHandler, type Middleware, type RouteEntry } from '@seaworthy/middleware'
import type { App } from '@seaworthy/server'

/** What a guard offers that knows which routes it covers, as `security()` does. */
export interface Policy {
  /** Throws, naming the routes that are not covered. */
  assertCovered(app: App): void
  /** The routes with what each asks of a caller. */
  routes?(app: App): readonly PolicyRoute[]
}

/** A route with what it asks of a caller, in words, and where that comes from. */
export interface PolicyRoute {
  readonly method: string
  readonly path: string
  readonly policy: string
  readonly level: string
}

/** An application that lists its routes, as Hono does. */
export interface Routed extends App {
  readonly routes: readonly RouteEntry[]
}

/** Whether an application lists its routes. */
export function isRouted(app: App): app is Routed {
  return 'routes' in app && Array.isArray(app.routes)
}

/** The policies of an application: of the guards, and those that it has mounted itself. */
export function policiesOf(guards: readonly Middleware[], app: Routed): readonly Policy[] {
  const mounted = app.routes.map((route) => registeredHandler(route))
  return [...new Set([...guards, ...mounted].filter(isPolicy))]
}

function isPolicy<Guard extends object>(guard: Guard): guard is Guard & Policy {
  return 'assertCovered' in guard && typeof guard.assertCovered === 'function'
}
