import type { JwksCheck } from '@seaworthy/jwt'
import { systemClock } from '@seaworthy/jwt/metadata'
import type { Middleware } from '@seaworthy/middleware'
import { allowInsecure, authenticator, type Authenticator, type Principal } from '@seaworthy/security'
import type { AccessTokenClaims } from './access-tokens.ts'
import { challenges } from './challenges.ts'
import { clientCertificates } from './client-certificate.ts'
import { dpop as dpopChecks } from './dpop.ts'
import { findToken, type FoundToken, type TokenType } from './find-token.ts'
import { describeScheme, flowDescription } from './flows.ts'
import { judge } from './judge.ts'
import { memoryStore } from './memory-store.ts'
import { noMetadata, resourceMetadata } from './resource-metadata.ts'
import type { ResourceServerOptions } from './resource-server-options.ts'
import { resourceUrl } from './resource-url.ts'
import { stepUp } from './step-up.ts'
import { tokenSources } from './token-sources.ts'

/** The guard that `resourceServer()` makes. */
export interface ResourceServer<N extends string, C, S extends string> extends Authenticator<Principal<N, C>, S> {
  readonly scheme: N
  /** Answers with the metadata of this service (RFC 9728). Mount it before the policy: clients ask without a token. */
  readonly routes: Middleware
  /** Has the keys of the issuers of JWTs ready. */
  warmUp(): Promise<void>
  /** A check for `health({ checks })` of these keys. Without JWTs it always passes. */
  readonly check: JwksCheck
}

/**
 * An API that takes access tokens of OAuth 2: JWTs, opaque ones, and those that are bound to a key or a certificate of
 * the client.
 *
 * @returns A guard that answers by RFC 6750 until a token is good, and with 503 while nobody can tell.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` for options that cannot be kept.
 * @throws {JwtError} for options of `jwt` that cannot be used.
 * @throws {SeaworthyError} `ERR_UNSUPPORTED_OPTION` for `mtls: { from: 'socket' }` on Bun.
 * @throws {SecurityError} when the name, the realm or a scope has a character that it must not have.
 */
export function resourceServer<const N extends string = 'oauth2', C = AccessTokenClaims, S extends string = never>(
  options: ResourceServerOptions<N, C, S>,
): ResourceServer<N, C, S> {
  // The default of N is the default of the option.
  const { name = 'oauth2' as N, realm = name, scopes, flows, clock = systemClock, resource } = options
  const { tokens, jwts, issuers } = tokenSources(name, options, clock)
  const place = { publicUrl: publicUrlOf(options), clock }
  const dpop = options.dpop && dpopChecks(options.dpop, place, () => memoryStore(options.clock ? { clock } : {}))
  const mtls = options.mtls && clientCertificates(options.mtls)
  const known = { resource, issuers, scopes: Object.keys(scopes ?? {}), dpop, mtls: mtls !== undefined }
  const metadata = options.metadata === false ? undefined : resourceMetadata(options.metadata ?? {}, known)
  const types: readonly TokenType[] = dpop ? ['DPoP', 'Bearer'] : ['Bearer']
  const description = flowDescription(options.description, flows)
  const { recall, authenticate } = judge({
    tokens,
    dpop,
    mtls,
    stepUp: options.stepUp && stepUp(options.stepUp, clock),
  })
  const scheme = authenticator({
    name,
    [allowInsecure]: options[allowInsecure] === true,
    ...(description !== undefined && { description }),
    ...(scopes && { scopes }),
    extract(x) {
      mtls?.strip(x)
      return findToken<Principal<N, C>>(x, types)
    },
    recall,
    authenticate,
    challenge: challenges({ realm, metadataUrl: metadata?.url, dpop }),
    openapi: () => describeScheme(flows, scopes ?? {}, dpop?.required === true),
    credentialId: ({ token }: FoundToken) => token,
    // A proof is tried together with a token: the same token with another one is another guess.
    guess: ({ type, token }: FoundToken) => (type === 'Bearer' ? token : undefined),
  })
  return Object.assign(scheme, {
    routes: metadata?.routes ?? noMetadata(),
    warmUp: async () => jwts?.warmUp(),
    check: jwts?.check ?? noKeys,
  })
}

/** Without the slash that ends it: a path comes after it. */
function publicUrlOf({ publicUrl, resource }: Pick<ResourceServerOptions, 'publicUrl' | 'resource'>): string {
  const { origin } = resourceUrl('resource', resource)
  if (publicUrl === undefined) return origin
  const url = resourceUrl('publicUrl', publicUrl)
  return url.origin + url.pathname.replace(/\/$/, '')
}

const noKeys: JwksCheck = async () => ({ status: 'pass', observedValue: 0, observedUnit: 'keys' })
