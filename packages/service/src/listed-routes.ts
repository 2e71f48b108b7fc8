import { registeredHandler, type Middleware } from '@seaworthy/middleware'
import type { App } from '@seaworthy/server'
import { isRouted, policiesOf, type PolicyRoute } from './policies.ts'

/** A route, with what it asks of a caller where a policy says so. */
export type ListedRoute = Pick<PolicyRoute, 'method' | 'path'> & Partial<PolicyRoute>

/** The routes of an application: as its policy lists them, or else all but what is middleware of Seaworthy. */
export function listedRoutes(guards: readonly Middleware[], app: App | undefined): readonly ListedRoute[] {
  if (app === undefined || !isRouted(app)) return []
  const policy = policiesOf(guards, app).find(({ routes }) => typeof routes === 'function')
  return policy?.routes?.(app) ?? app.routes.filter((route) => !('hooks' in registeredHandler(route)))
}
