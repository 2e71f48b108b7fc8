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
  // The algorithms are for providers whose RSA keys do not name theirs.
  if (issuer !== undefined) {
    return { issuer, jwks: discover(issuer, { fetch: send }), algorithms: ['RS256', 'ES256', 'Ed25519'] }
  }
  const own = await developmentIssuer(developmentFolder)
  return { issuer: own.issuer, jwks: own.jwks(), typ: 'at+jwt' }
}
