import { handler, stack, type Middleware } from '@seaworthy/middleware'
import { optional, type Principal } from '@seaworthy/security'
import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { oidcLogin, type LoginSessionOptions, type OidcLogin, type OidcLoginOptions } from '../login.ts'
import { secret } from '../provider-clients.test-kit.ts'
import type { ProviderKit } from '../provider.test-kit.ts'
import { testBrowser, type TestBrowser } from './browser.test-kit.ts'
import type { LoginClaims } from './login-options.ts'

export const origin = 'https://app.test'
export const sessionKey = 'a secret of the tests, which has more than 32 bytes'

/** What a test changes about the service. */
export type AppOptions = Partial<Omit<OidcLoginOptions<'login', LoginClaims, 'orders:read'>, 'session'>> & {
  readonly session?: Partial<LoginSessionOptions>
}

/** A service with a login, and browsers that use it. */
export interface LoginApp {
  readonly login: OidcLogin<'login', LoginClaims, 'orders:read'>
  readonly clock: TestClock
  /** What the handler threw. */
  readonly errors: unknown[]
  answer(request: Request): Promise<Response>
  browser(name?: 'ann' | 'bob'): TestBrowser
}

/** A service: `/me` tells who is there, `/token` the access token, and `/maybe` lets everybody in. */
export function loginApp(kit: ProviderKit, options: AppOptions = {}, clock = createTestClock(Date.now())): LoginApp {
  const { session, ...rest } = options
  const login = oidcLogin<'login', LoginClaims, 'orders:read'>({
    issuer: kit.issuer,
    clientId: 'web',
    clientAuth: { method: 'client_secret_basic', secret },
    publicUrl: origin,
    scope: 'openid offline_access email',
    parameters: { prompt: 'consent' },
    scopes: { 'orders:read': 'Reads orders' },
    clock,
    ...rest,
    session: { keys: sessionKey, ...session },
  })
  const errors: unknown[] = []
  const tell = (principal: Principal | undefined): Response =>
    Response.json(principal ? { subject: principal.subject, scopes: [...principal.scopes] } : null)

  function behind(guard: Middleware, answer: (request: Request) => Response | Promise<Response>) {
    return handler(stack(login.routes, guard), async (request) => {
      try {
        return await answer(request)
      } catch (error) {
        errors.push(error)
        return Response.json({ code: isCoded(error) ? error.code : String(error) }, { status: 500 })
      }
    })
  }
  const maybe = optional(login)
  const handlers: Readonly<Record<string, (request: Request) => Response | Promise<Response>>> = {
    '/': () => new Response('home'),
    '/maybe': behind(maybe, (request) => tell(maybe.principal(request))),
    '/token': behind(login, async (request) => new Response(await login.accessToken(request))),
    '/scoped': behind(login.scopes('orders:read'), () => new Response('in')),
    '/maybe-token': behind(maybe, async (request) => new Response(await login.accessToken(request))),
  }
  const usual = behind(login, (request) => tell(login.principal(request)))
  const answer = async (request: Request): Promise<Response> =>
    (handlers[new URL(request.url).pathname] ?? usual)(request)

  function browser(name: 'ann' | 'bob' = 'ann'): TestBrowser {
    const user = kit.user(name)
    return testBrowser({ origin, answer, now: clock.now, elsewhere: async (url) => (await user.visit(url)).url })
  }

  return { login, clock, errors, answer, browser }
}

function isCoded(error: unknown): error is { readonly code: string } {
  return typeof error === 'object' && error !== null && 'code' in error
}
