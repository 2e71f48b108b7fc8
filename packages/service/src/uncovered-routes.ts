import { registeredHandler, type Middleware, type RouteEntry } from '@seaworthy/middleware'
import type { App } from '@seaworthy/server'

/** What a guard offers that knows which routes it covers, as `security()` does. It throws, naming the others. */
interface Policy {
  assertCovered(app: App): void
}

/** An application that lists its routes, as Hono does. */
interface Routed extends App {
  readonly routes: readonly RouteEntry[]
}

/** What the policies of an application say about routes that they do not cover, one text each. */
export function uncoveredRoutes(guards: readonly Middleware[], app: App | undefined): readonly string[] {
  if (app === undefined || !isRouted(app)) return []
  const mounted = app.routes.map((route) => registeredHandler(route))
  const policies = new Set([...guards, ...mounted].filter(isPolicy))
  return [...new Set([...policies].flatMap((policy) => complaints(policy, app)))]
}

function isRouted(app: App): app is Routed {
  return 'routes' in app && Array.isArray(app.routes)
}

function isPolicy<Guard extends object>(guard: Guard): guard is Guard & Policy {
  return 'assertCovered' in guard && typeof guard.assertCovered === 'function'
}

/** A message lists its problems in lines that begin with a dash, or is one itself. */
function complaints(policy: Policy, app: App): readonly string[] {
  try {
    policy.assertCovered(app)
    return []
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const [, ...listed] = message.split('\n- ')
    return listed.length > 0 ? listed : [message]
  }
}
