import type { MaybePromise, Middleware } from '@seaworthy/middleware'
import type { Combinable } from './combine.ts'
import type { Guard } from './guard.ts'
import type { RouteSource } from './placed-policies.ts'
import type { RoutePolicy } from './route-table.ts'

/** The marker of `policy.none()`. */
export interface NoSecurity extends Middleware {
  readonly noSecurity: true
}

/** What a marker asks for: a guard, or nothing. */
export type Asked = Guard<unknown> | NoSecurity

/**
 * The policies of an application, at three levels: the default, areas and routes. Mount it before the routes. Levels
 * replace one another, they never merge.
 */
export interface Policy<P> extends Combinable<P> {
  /** For an area: `app.use('/admin/*', policy.service(basic))`. It holds for what is registered after it in its path. */
  service<Q>(requirement: Guard<Q>): Guard<Q>
  service(requirement: NoSecurity): NoSecurity
  /** For a route, before its handlers: `app.post('/orders', policy.method(jwtAuth.scopes('orders:write')), …)`. */
  method<Q>(requirement: Guard<Q>): Guard<Q>
  /** For a route that everybody may call. It counts only when the request meets no other policy on its way. */
  none(): NoSecurity
  /**
   * A fetch function that asks for a requirement, for `Bun.serve({ routes })` and other routers of Fetch. The type of
   * the request survives, such as `BunRequest` with its params.
   */
  protect<R extends Request, Rest extends unknown[]>(
    requirement: Asked,
    fetch: (request: R, ...rest: Rest) => MaybePromise<Response>,
  ): (request: R, ...rest: Rest) => MaybePromise<Response>
  /** The routes of an application with their policies. */
  routes(app: RouteSource): RoutePolicy[]
  /**
   * Fails the start of a service whose routes are not all under a policy that somebody has chosen.
   *
   * @throws {SecurityError} `ERR_SECURITY_UNCOVERED`, naming every problem.
   */
  assertCovered(app: RouteSource): void
  /** A copy of an OpenAPI 3.1 document with the schemes, and the security of every operation that is a route. */
  openapi<D extends object>(document: D, app: RouteSource): D
}
