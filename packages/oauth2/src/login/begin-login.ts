import type { Exchange } from '@seaworthy/middleware'
import { failureOf } from './login-failure.ts'
import type { LoginParts } from './login-parts.ts'
import { seeOther } from './login-routes.ts'
import { returnPath } from './return-path.ts'

/** Begins an attempt, and sends the browser to the provider. */
export function beginLogin<P>(parts: LoginParts<P>): (x: Exchange) => Promise<Response> {
  const { address, attempts, provider, redirectPath, loginPath, fail } = parts
  /** A login that leads back to a login would never end. */
  const isLogin = (path: string): boolean => path.split(/[?#]/, 1)[0] === loginPath
  return async (x) => {
    try {
      const redirectUri = address.origin(x) + address.basePath + redirectPath
      const query = new URL(x.url).searchParams
      const back = returnPath(query.get('return_to'))
      const attempt = attempts.create(redirectUri, isLogin(back) ? '/' : back)
      const url = await provider.authorizationUrl(attempt)
      await attempts.keep(x, attempt)
      return seeOther(url)
    } catch (error) {
      x.error ??= error
      return fail(failureOf(error), x)
    }
  }
}
