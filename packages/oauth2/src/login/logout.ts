import type { Exchange } from '@seaworthy/middleware'
import { problem } from '@seaworthy/middleware'
import { checkOrigin, type Principal } from '@seaworthy/security'
import type { AuthorizationServer } from '../authorization-server.ts'
import { wantsPage } from './is-navigation.ts'
import type { LoginParts } from './login-parts.ts'
import { seeOther } from './login-routes.ts'
import type { Session } from './session.ts'

/** How a logout goes on at the provider. */
export interface LogoutRules {
  readonly server: AuthorizationServer
  readonly clientId: string
  readonly afterLogout: string
  readonly endProviderSession: boolean
  allowedOrigins(x: Exchange): readonly string[]
}

/** How long a logout waits for the provider to revoke the refresh token: it goes on without. */
const longestRevocation = 2_000

/** Ends the session here, then at the provider. What is down there does not keep anybody signed in here. */
export function logout<P extends Principal>(
  parts: LoginParts<P>,
  rules: LogoutRules,
): (x: Exchange) => Promise<Response> {
  const { address, cookie, keeper, provider } = parts

  async function end(x: Exchange): Promise<Session<P> | undefined> {
    const sealed = cookie.read(x)?.sealed
    const session = sealed === undefined ? undefined : await keeper.open(sealed)
    if (session) await keeper.end(session)
    cookie.clear(x)
    return session
  }

  async function revoke(session: Session<P>): Promise<void> {
    const { refresh } = session.data.tokens
    if (refresh === undefined) return
    const revoked = provider.revoke(refresh).catch(() => undefined)
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, longestRevocation)
    await Promise.race([revoked, late])
    clearTimeout(timer)
  }

  /** OpenID Connect RP-Initiated Logout 1.0 §2. */
  async function providerUrl(x: Exchange, session: Session<P>, after: string): Promise<string | undefined> {
    const endpoint = await rules.server.endpoint('end_session_endpoint')
    if (endpoint === undefined) return undefined
    const url = new URL(endpoint)
    const { id } = session.data.tokens
    if (id !== undefined) url.searchParams.set('id_token_hint', id)
    url.searchParams.set('client_id', rules.clientId)
    url.searchParams.set('post_logout_redirect_uri', address.origin(x) + after)
    return url.href
  }

  return async (x) => {
    if (checkOrigin(x, rules.allowedOrigins(x))) return problem({ status: 403, code: 'invalid', headers: noStore })
    try {
      const after = address.basePath + rules.afterLogout
      const session = await end(x)
      if (session) await revoke(session)
      const leads = session && rules.endProviderSession
      const location = (leads && (await providerUrl(x, session, after).catch(() => undefined))) || after
      return wantsPage(x) ? seeOther(location) : Response.json({ location }, { headers: noStore })
    } catch (error) {
      // The store is down: the session would go on.
      x.error ??= error
      return problem({ status: 503, code: 'unavailable', headers: { ...noStore, 'retry-after': '5' } })
    }
  }
}

const noStore = { 'cache-control': 'no-store' }
