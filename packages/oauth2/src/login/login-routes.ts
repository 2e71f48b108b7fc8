import { middleware, type Exchange, type MaybePromise, type Middleware } from '@seaworthy/middleware'

/** What answers at one path. */
export interface LoginRoute {
  readonly method: 'GET' | 'POST'
  answer(x: Exchange): MaybePromise<Response>
}

/** Answers at the paths of a login, and leaves all others alone. */
export function loginRoutes(name: string, routes: ReadonlyMap<string, LoginRoute>): Middleware {
  return middleware({
    name: `${name}.routes`,
    before(x) {
      const route = routes.get(x.path)
      if (!route) return undefined
      if (x.method === route.method) return route.answer(x)
      return new Response(null, { status: 405, headers: { allow: route.method, 'cache-control': 'no-store' } })
    },
  })
}

/** Sends a browser elsewhere, always with GET, and leaves no trace of where it came from. */
export function seeOther(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}
