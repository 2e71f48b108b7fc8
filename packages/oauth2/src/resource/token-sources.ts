import { createJwtVerifier, type JwtVerifier } from '@seaworthy/jwt'
import type { Clock } from '@seaworthy/jwt/metadata'
import type { Principal } from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'
import { eitherKind, type AccessTokens } from './access-tokens.ts'
import { introspection } from './introspection.ts'
import { principalReader } from './read-principal.ts'
import type { ResourceServerOptions } from './resource-server-options.ts'

/** Where it is found out what tokens are good for. */
export interface TokenSources<P> {
  readonly tokens: AccessTokens<P>
  /** What verifies JWTs, where they are taken. */
  readonly jwts: JwtVerifier<P> | undefined
  /** Whose tokens are taken, as far as that is known now. */
  readonly issuers: readonly string[]
}

/**
 * The sources from options.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when there is none, or one of introspection without an issuer.
 * @throws {JwtError} for options of `jwt` that cannot be used.
 */
export function tokenSources<const N extends string, C>(
  name: N,
  options: ResourceServerOptions<string, C, string>,
  clock: Clock,
): TokenSources<Principal<N, C>> {
  const { resource, claims } = options
  const jwts = options.jwt && jwtTokens(name, options, options.jwt, clock)
  const opaque =
    options.introspection &&
    introspection<Principal<N, C>>(options.introspection, {
      issuer: introspectedIssuer(options),
      resource,
      clock,
      readPrincipal: principalReader(name, claims),
    })
  const tokens = jwts && opaque ? eitherKind<Principal<N, C>>(jwts, opaque) : (jwts ?? opaque)
  if (!tokens) {
    throw new OAuth2Error(
      'ERR_OAUTH2_OPTION',
      "There is nothing to verify tokens by. Write jwt: { issuer: 'https://id.example.com' }, or introspection, or both.",
    )
  }
  return { tokens, jwts, issuers: issuersOf(options) }
}

function jwtTokens<const N extends string, C>(
  name: N,
  { claims, resource }: ResourceServerOptions<string, C, string>,
  jwt: NonNullable<ResourceServerOptions['jwt']>,
  clock: Clock,
): JwtVerifier<Principal<N, C>> {
  return createJwtVerifier<N, C>({ audience: resource, ...jwt, name, clock, ...(claims && { claims }) })
}

function introspectedIssuer<C>({ introspection: asked, jwt }: ResourceServerOptions<string, C, string>): string {
  const issuer = asked?.issuer ?? jwt?.issuer
  if (issuer !== undefined) return issuer
  throw new OAuth2Error('ERR_OAUTH2_OPTION', 'introspection.issuer is needed: write whose tokens they are.')
}

function issuersOf<C>(options: ResourceServerOptions<string, C, string>): readonly string[] {
  const { jwt, introspection: asked } = options
  const several = jwt?.issuers?.map(({ issuer }) => issuer) ?? []
  const named = [jwt?.issuer, ...several, asked?.issuer].filter((issuer) => issuer !== undefined)
  return [...new Set(named)]
}
