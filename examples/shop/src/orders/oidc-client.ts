import type { Config } from '@seaworthy/config'
import { isDevelopment } from '@seaworthy/middleware'
import { developmentSecrets } from '../shared/development-secrets.ts'
import { localUrl } from '../shared/local-url.ts'
import { StartError } from '../shared/start-error.ts'
import { trustedIssuer } from '../shared/trusted-issuer.ts'
import type { spec } from './config.ts'

/**
 * Who orders is to the identity provider, and how it reaches it: at a login, for a token of its own, and when it asks
 * about a token.
 *
 * @throws {StartError} With `OIDC_ISSUER` and without the secret, and in production without `OIDC_ISSUER`.
 */
export function oidcClient(cfg: Config<typeof spec>, send: typeof fetch) {
  const issuer = trustedIssuer(cfg)
  const secret = cfg.oidcClientSecret?.reveal() ?? developmentSecret(cfg)
  const clientAuth = { method: 'client_secret_basic', secret } as const
  return { issuer, clientId: cfg.oidcClientId, clientAuth, fetch: send }
}

function developmentSecret({ oidcIssuer, developmentFolder }: Config<typeof spec>): string {
  if (oidcIssuer === undefined) return developmentSecrets(developmentFolder).orders
  throw new StartError('With OIDC_ISSUER, orders proves who it is: set ORDERS_OIDC_CLIENT_SECRET.')
}

/**
 * The address of orders as clients know it.
 *
 * @throws {StartError} In production without `ORDERS_PUBLIC_URL`.
 */
export function publicUrl(cfg: Config<typeof spec>): string {
  if (cfg.publicUrl !== undefined) return cfg.publicUrl
  if (isDevelopment()) return localUrl(cfg.httpAddr)
  throw new StartError(
    'In production orders has to know its own address: set ORDERS_PUBLIC_URL, such as https://shop.example.com.',
  )
}
