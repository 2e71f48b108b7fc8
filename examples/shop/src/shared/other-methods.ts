import type { Policy, RoutePolicy } from '@seaworthy/security'
import type { Hono } from 'hono'
import { shopProblem } from './shop-problem.ts'

/**
 * Answers methods that a path does not have with 405 and those that it has. Anybody is told: the OpenAPI document is
 * public as well. Call it when all routes are there.
 */
export function answerOtherMethods(app: Hono, policy: Pick<Policy<unknown>, 'none'>): void {
  const known = new Map<string, Set<string>>()
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue
    const methods = known.get(path) ?? new Set()
    known.set(path, methods.add(method))
  }
  for (const [path, methods] of known) {
    // Hono answers HEAD where there is GET.
    const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].toSorted().join(', ')
    app.all(path, policy.none(), (c) =>
      shopProblem(c, { status: 405, detail: `This resource has ${allow}.`, headers: { allow } }),
    )
  }
}

/** The routes of an application and who may call them, without what only says that a path has other methods. */
export function ownRoutes(app: Hono, policy: Pick<Policy<unknown>, 'routes'>): readonly RoutePolicy[] {
  return policy.routes(app).filter(({ method }) => method !== 'ALL')
}
