/** A route, as `policy.routes(app)` of `@seaworthy/security` or `app.routes` of Hono lists it. */
export interface Route {
  readonly method: string
  readonly path: string
  /** What it asks of a caller, in words. */
  readonly policy?: string
  /** Where the policy comes from. */
  readonly level?: string
}

/** The members of routes that are shown, and no others: a list may hold whole policies and handlers. */
export function shownRoutes(routes: readonly Route[]): Route[] {
  return routes.map(({ method, path, policy, level }) => ({
    method,
    path,
    ...(policy !== undefined && { policy }),
    ...(level !== undefined && { level }),
  }))
}
