import { createJwtVerifier, discover, type JwtClaims } from '@seaworthy/jwt'
import type { Exchange } from '@seaworthy/middleware'
import type { ProviderOptions } from '../provider-options.ts'
import type { StoredSessions } from './stored-sessions.ts'

/** A logout token may arrive as late as this, in milliseconds (OpenID Connect Back-Channel Logout 1.0 §2.6). */
const longestLife = 300_000
const longestBody = 16_384
const event = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Ends sessions when the provider says so (OpenID Connect Back-Channel Logout 1.0).
 *
 * @throws {JwtError} when the issuer cannot be used.
 */
export function backchannelLogout<P>(
  { issuer, clientId, fetch, timeout, maxBytes, clock }: ProviderOptions,
  sessions: StoredSessions<P>,
): (x: Exchange) => Promise<Response> {
  const bounds = {
    ...(fetch && { fetch }),
    ...(timeout !== undefined && { timeout }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(clock && { clock }),
  }
  const verifier = createJwtVerifier({
    issuer,
    audience: clientId,
    jwks: discover(issuer, bounds),
    typ: 'logout+jwt',
    // `sub` may be absent; `jti` never is.
    paths: { subject: ['jti'] },
    requiredClaims: ['jti', 'iat', 'events'],
    maxTokenAge: longestLife,
    cache: false,
    ...(clock && { clock }),
  })

  async function answer(x: Exchange): Promise<Response> {
    const token = await readToken(x)
    if (token === undefined) return invalidRequest()
    const verdict = await verifier.verify(token)
    if ('denied' in verdict) return verdict.denied.code === 'unavailable' ? unavailable() : invalidRequest()
    const { jti, sid, sub } = verdict.token
    if (jti === undefined || !isLogout(verdict.token)) return invalidRequest()
    // A token that is sent again has had its effect: those who have logged in since then stay.
    if (await sessions.wasUsed('logout token', jti, longestLife * 2)) return done()
    if (typeof sid === 'string') {
      // It names the session more closely than `sub`, where it is known of the session.
      await sessions.endAll('sid', sid)
      if (sub !== undefined) await sessions.endAll('sub without sid', sub)
    } else if (sub !== undefined) await sessions.endAll('sub', sub)
    await sessions.useOnce('logout token', jti, longestLife * 2)
    return done()
  }

  return async (x) => {
    try {
      return await answer(x)
    } catch (error) {
      x.error ??= error
      return unavailable()
    }
  }
}

/** §2.4: who it is about, the event, and nothing of an ID token. */
function isLogout({ sid, sub, events, nonce }: JwtClaims): boolean {
  if (nonce !== undefined || (sub === undefined && sid === undefined)) return false
  if (sid !== undefined && (typeof sid !== 'string' || sid === '')) return false
  if (typeof events !== 'object' || events === null || Array.isArray(events)) return false
  const member: unknown = Object.entries(events).find(([name]) => name === event)?.[1]
  return typeof member === 'object' && member !== null && !Array.isArray(member)
}

async function readToken(x: Exchange): Promise<string | undefined> {
  const type = x.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return undefined
  let size = 0
  let body = ''
  const decoder = new TextDecoder()
  for await (const chunk of x.request.body ?? []) {
    size += chunk.byteLength
    if (size > longestBody) return undefined
    body += decoder.decode(chunk, { stream: true })
  }
  const tokens = new URLSearchParams(body).getAll('logout_token')
  return tokens.length === 1 ? tokens[0] : undefined
}

const headers = { 'cache-control': 'no-store' }

function done(): Response {
  return new Response(null, { status: 200, headers })
}

/** §2.8 */
function invalidRequest(): Response {
  return Response.json({ error: 'invalid_request' }, { status: 400, headers })
}

function unavailable(): Response {
  return new Response(null, { status: 503, headers: { ...headers, 'retry-after': '5' } })
}
