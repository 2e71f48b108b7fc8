import { discover, type JwtVerifierOptions } from '@seaworthy/jwt'
import { developmentIssuer } from './development-issuer.ts'

/** What `jwt()` has to know about the issuer. */
export type TrustedIssuer = Pick<JwtVerifierOptions, 'issuer' | 'jwks' | 'algorithms' | 'typ'>

/**
 * The issuer whose tokens are accepted: the provider at `OIDC_ISSUER`, whose keys are found by its metadata, or in
 * development the shop's own.
 *
 * @throws {StartError} In production without `OIDC_ISSUER`.
 */
export async function trustedIssuer(
  settings: { readonly oidcIssuer: string | undefined; readonly developmentFolder: string },
  send: typeof fetch,
): Promise<TrustedIssuer> {
  const { oidcIssuer: issuer, developmentFolder } = settings
  if (issuer !== undefined) {
    // A key that the provider has just begun to use is asked for at most every five seconds.
    const jwks = discover(issuer, { fetch: send, cooldown: '5s' })
    // The algorithms are for providers whose RSA keys do not name theirs.
    return { issuer, jwks, algorithms: ['RS256', 'ES256', 'Ed25519'] }
  }
  const own = await developmentIssuer(developmentFolder)
  return { issuer: own.issuer, jwks: own.jwks(), typ: 'at+jwt' }
}
