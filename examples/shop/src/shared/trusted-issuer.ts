import { discover } from '@seaworthy/jwt'
import { isDevelopment } from '@seaworthy/middleware'
import type { JwtTokenOptions } from '@seaworthy/oauth2/resource'
import { localUrl } from './local-url.ts'
import { StartError } from './start-error.ts'

/** What tells the identity provider. */
export interface IssuerSettings {
  readonly oidcIssuer: string | undefined
  readonly providerAddr: string
}

/**
 * The identity provider: the one at `OIDC_ISSUER`, or in development that of the shop itself, whose users and keys are
 * nobody's.
 *
 * @throws {StartError} In production without `OIDC_ISSUER`.
 */
export function trustedIssuer({ oidcIssuer, providerAddr }: IssuerSettings): string {
  if (oidcIssuer !== undefined) return oidcIssuer
  if (isDevelopment()) return localUrl(providerAddr)
  throw new StartError(
    'In production tokens come from an identity provider: set OIDC_ISSUER, such as https://id.example.com.',
  )
}

/**
 * How its tokens are verified. Its keys are found by its metadata, when the first token comes.
 *
 * @throws {StartError} In production without `OIDC_ISSUER`.
 */
export function issuedTokens(settings: IssuerSettings, send: typeof fetch) {
  const issuer = trustedIssuer(settings)
  return {
    issuer,
    // A key that the provider has just begun to use is asked for at most every five seconds.
    jwks: discover(issuer, { fetch: send, cooldown: '5s' }),
    // The algorithms are for providers whose RSA keys do not name theirs.
    algorithms: ['RS256', 'ES256', 'Ed25519'],
    ...(settings.oidcIssuer === undefined && { typ: 'at+jwt' }),
  } as const satisfies JwtTokenOptions
}
