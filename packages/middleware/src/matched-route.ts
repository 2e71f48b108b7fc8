import { partsSymbol } from './core.ts'
import type { HonoContext } from './middleware.ts'

/** An entry of Hono's `app.routes`, and of what a request matched. */
export interface RouteEntry {
  readonly path: string
  readonly method: string
  readonly handler: RouteHandler
}

/** A function that was registered for a route. */
export type RouteHandler = ((...args: never[]) => unknown) & {
  readonly [partsSymbol]?: unknown
  readonly __COMPOSED_HANDLER?: RouteHandler
}

/**
 * The entries of the router that a request matched, in the order in which they run.
 *
 * `c.req.matchedRoutes` is deprecated in Hono 4 with no structural successor: this is the one place that reads it.
 */
export function matchedRoutes(c: HonoContext): readonly RouteEntry[] {
  const request: HonoContext['req'] & { readonly matchedRoutes?: readonly RouteEntry[] } = c.req
  return request.matchedRoutes ?? []
}

/** The entry whose handler runs, or ran last. */
export function currentRoute(c: HonoContext): RouteEntry | undefined {
  return matchedRoutes(c)[c.req.routeIndex]
}

/** Whether an entry looks like `app.mount()`: on every method, open at its end, and able to call `next`. */
export function isMount(route: RouteEntry): boolean {
  const handler = registeredHandler(route)
  return isOpen(route) && route.method === 'ALL' && handler.length === 2 && !(partsSymbol in handler)
}

/**
 * The template of the route that answers, or is about to.
 *
 * @param status - The status of the answer; `undefined` before it is known.
 */
export function matchedRoute(c: HonoContext, status: number | undefined): string | undefined {
  const routes = matchedRoutes(c)
  const current = c.req.routeIndex
  let open: RouteEntry | undefined
  for (let i = current; i < routes.length; i++) {
    const route = routes[i]
    if (!route || isMiddleware(route)) continue
    if (!isOpen(route) || isTerminal(route)) return route.path
    // An open route on one method may have called next(): it is the answer only when nothing after it was reached
    // and something was found.
    if (status === undefined ? !open : i === current && status !== 404) open = route
  }
  return open?.path
}

function isMiddleware(route: RouteEntry): boolean {
  if (route.method !== 'ALL') return false
  return partsSymbol in registeredHandler(route) || !isTerminal(route)
}

function isOpen(route: RouteEntry): boolean {
  return route.path.endsWith('*')
}

/** A handler without a second parameter cannot call `next`. */
function isTerminal(route: RouteEntry): boolean {
  return registeredHandler(route).length < 2
}

/** The function that was registered: sub-applications with their own `onError` wrap their handlers. */
export function registeredHandler(route: RouteEntry): RouteHandler {
  let inner = route.handler
  while (inner.__COMPOSED_HANDLER) inner = inner.__COMPOSED_HANDLER
  return inner
}
