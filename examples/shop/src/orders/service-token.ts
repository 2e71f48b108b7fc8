import { developmentIssuer } from '../shared/development-issuer.ts'
import { StartError } from '../shared/start-error.ts'
import type { Config } from '@seaworthy/config'
import type { spec } from './config.ts'

/** A token, and how many seconds it lives. */
interface Issued {
  readonly access_token: string
  readonly expires_in: number
}

/** Gives the token by which orders calls inventory. */
export interface ServiceToken {
  (): Promise<string>
  /** A token was refused: the next one is another. */
  drop(refused: string): void
}

/**
 * The service token of orders, by the client credentials grant (RFC 6749 §4.4) of `OIDC_ISSUER`, or in development by
 * the shop's own issuer. It is kept, and renewed after four fifths of its life; while that fails the old one serves on.
 *
 * @param now - Tells the time, in milliseconds.
 * @throws {StartError} With `OIDC_ISSUER` and without the secret.
 */
export async function serviceToken(
  cfg: Config<typeof spec>,
  send: typeof fetch,
  now: () => number = () => performance.now(),
): Promise<ServiceToken> {
  const ask = cfg.oidcIssuer === undefined ? await fromDevelopment(cfg) : fromProvider(cfg.oidcIssuer, cfg, send)
  let current: { readonly token: string; readonly renewAt: number; readonly endsAt: number } | undefined
  let asking: Promise<string> | undefined

  async function renew(): Promise<string> {
    const asked = now()
    const { access_token: token, expires_in: seconds } = await ask()
    current = { token, renewAt: asked + seconds * 800, endsAt: asked + seconds * 1000 - 5_000 }
    return token
  }

  async function give(): Promise<string> {
    const at = now()
    if (current && at < current.renewAt) return current.token
    asking ??= renew().finally(() => (asking = undefined))
    if (!current || at >= current.endsAt) return asking
    // It is renewed ahead: nobody waits for it, and after a failure it is tried again in a while.
    asking.catch(() => undefined)
    current = { ...current, renewAt: at + 5_000 }
    return current.token
  }
  const drop = (refused: string): void => {
    if (current?.token === refused) current = undefined
  }
  return Object.assign(give, { drop })
}

async function fromDevelopment({
  developmentFolder,
  inventoryAudience: aud,
}: Config<typeof spec>): Promise<() => Issued> {
  const issuer = await developmentIssuer(developmentFolder)
  return () => ({
    access_token: issuer.token({ sub: 'orders', client_id: 'orders', aud, scope: 'stock' }, { expiresIn: '5m' }),
    expires_in: 300,
  })
}

function fromProvider(issuer: string, cfg: Config<typeof spec>, send: typeof fetch): () => Promise<Issued> {
  const { oidcClientId: id, oidcClientSecret: secret, inventoryAudience: audience } = cfg
  if (!secret) throw new StartError('With OIDC_ISSUER, orders proves who it is: set ORDERS_OIDC_CLIENT_SECRET.')
  const credentials = [id, secret.reveal()].map(encodeURIComponent).join(':')
  const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'stock', audience })
  return async () => {
    const metadata = await json(await send(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`))
    const endpoint = new URL(String(metadata['token_endpoint']))
    // A secret is sent there: only by the metadata of this issuer, and not by less than the issuer itself has.
    if (metadata['issuer'] !== issuer || endpoint.protocol !== new URL(issuer).protocol) {
      throw new Error('The metadata of the provider are not those of OIDC_ISSUER.')
    }
    const answer = await json(await send(endpoint, { method: 'POST', headers, body, redirect: 'error' }))
    const { access_token: token, expires_in: seconds = 60 } = answer
    if (typeof token !== 'string' || typeof seconds !== 'number') throw new Error('The provider gave no service token.')
    return { access_token: token, expires_in: seconds }
  }
}

async function json(response: Response): Promise<Record<string, unknown>> {
  if (response.ok) return Object(await response.json())
  await response.body?.cancel()
  throw new Error(`The provider answered with ${response.status}.`)
}

/** A fetch that carries the token. One that is refused is renewed once: the provider may have changed its keys. */
export function withToken(token: ServiceToken, send: typeof fetch): typeof fetch {
  const authorized: typeof fetch = async (input, init) => {
    const attempt = (credential: string): Promise<Response> => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${credential}`)
      return send(input, { ...init, headers })
    }
    const first = await token()
    const response = await attempt(first)
    if (response.status !== 401) return response
    await response.body?.cancel()
    token.drop(first)
    return attempt(await token())
  }
  return Object.assign(authorized, send)
}
