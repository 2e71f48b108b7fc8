import type { Principal } from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'
import type { ProviderLogin } from './provider-login.ts'
import type { SessionData, SessionTokens } from './session-data.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { Session } from './session.ts'

/** Has the tokens of sessions replaced. */
export interface RefreshSession<P> {
  /** Whether the access token is about to end and another one can be asked for now. */
  isDue(session: Session<P>): boolean
  /** A session with another access token, or as it was while there is none to be had; `undefined` when it has ended. */
  run(session: Session<P>): Promise<Session<P> | undefined>
}

const firstBackoff = 1_000
const longestBackoff = 60_000
/** A token that is about to end may be over when it arrives. */
const margin = 10_000

/** Whether an access token can still be sent. */
function isUsable({ expiresAt, lifetime }: SessionTokens, now: number): boolean {
  return now < expiresAt - Math.min(margin, lifetime / 10)
}

/**
 * Refreshes sessions, each once at a time. A provider that cannot be reached leaves them as they are, and is asked ever
 * more rarely, by all of them together.
 */
export function refreshSession<P extends Principal>(
  provider: ProviderLogin,
  keeper: SessionKeeper<P>,
  now: () => number,
): RefreshSession<P> {
  const pending = new Map<string, Promise<Session<P> | undefined>>()
  let failures = 0
  let retryFrom = -Infinity

  function isDue({ data }: Session<P>): boolean {
    return data.tokens.refresh !== undefined && !isUsable(data.tokens, now()) && now() >= retryFrom
  }

  function run(session: Session<P>): Promise<Session<P> | undefined> {
    const { id } = session.data
    const running = pending.get(id)
    if (running) return running
    const begun = keeper.exclusively(session, refresh).finally(() => pending.delete(id))
    pending.set(id, begun)
    return begun
  }

  async function refresh(session: Session<P>): Promise<Session<P> | undefined> {
    const { tokens, claims } = session.data
    if (tokens.refresh === undefined || isUsable(tokens, now())) return session
    let data: SessionData
    try {
      const given = await provider.refresh(tokens.refresh, claims.sub)
      failures = 0
      data = renewed(session.data, given)
    } catch (error) {
      if (!isEnd(error)) return later(session)
      await keeper.end(session)
      return undefined
    }
    return keeper.change({ ...session, data })
  }

  /** Whoever is signed in stays that while the provider is down. */
  function later(session: Session<P>): Session<P> {
    if (now() >= retryFrom) retryFrom = now() + Math.min(firstBackoff * 2 ** failures++, longestBackoff)
    return session
  }

  return { isDue, run }
}

function renewed(data: SessionData, { token, idToken }: Awaited<ReturnType<ProviderLogin['refresh']>>): SessionData {
  const { accessToken, expiresAt, lifetime, refreshToken = data.tokens.refresh } = token
  const tokens: SessionTokens = {
    ...data.tokens,
    access: accessToken,
    expiresAt,
    lifetime,
    ...(refreshToken !== undefined && { refresh: refreshToken }),
    ...(idToken !== undefined && { id: idToken }),
  }
  return { ...data, version: data.version + 1, tokens }
}

/** Only the provider's word about this session ends it. */
function isEnd(error: unknown): boolean {
  if (!(error instanceof OAuth2Error)) return false
  return error.error === 'invalid_grant' || error.code === 'ERR_OAUTH2_LOGIN_ENDED'
}
