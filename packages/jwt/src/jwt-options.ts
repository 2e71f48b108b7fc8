import type { Duration, MaybePromise } from '@seaworthy/middleware'
import type { SchemeOptions } from '@seaworthy/security'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Algorithm } from './algorithm.ts'
import type { ClaimPath } from './claim-path.ts'
import type { Clock } from './clock.ts'
import type { IssuerResolver } from './issuer-resolver.ts'
import type { JwtClaims } from './jwt-claims.ts'
import type { TokenCacheOptions } from './token-cache.ts'
import type { TokenPlace } from './token-place.ts'
import type { IssuerOptions, JwksOption } from './trusted-issuer.ts'

/** What tokens are verified by. */
export interface JwtVerifierOptions<N extends string = string, C = JwtClaims> {
  /** The name of the scheme, as `principal.scheme`. @default 'jwt' */
  readonly name?: N
  /** The issuer of the tokens: what `iss` has to be, to the letter. */
  readonly issuer?: string
  /** The keys of `issuer`. @default `discover(issuer)` */
  readonly jwks?: JwksOption
  /** Several issuers, each with its own keys. */
  readonly issuers?: readonly IssuerOptions[]
  /** Issuers that are not known at the start. */
  readonly resolveIssuer?: IssuerResolver
  /** The names of this service: `aud` has to have one of them, to the letter. */
  readonly audience: string | readonly string[]
  /**
   * The algorithms that are accepted. Without it each key decides, by its `alg` or its curve; RSA keys without `alg`
   * need it. The token never decides.
   */
  readonly algorithms?: readonly Algorithm[]
  /**
   * The type that tokens must have. `at+jwt` also asks for the claims of RFC 9068. Without it, tokens may have no
   * type, `JWT` or `at+jwt`, and must not look like tokens of another kind.
   */
  readonly typ?: 'at+jwt' | (string & {})
  /** Claims that have to be there, and not be `null`. `exp`, `aud`, `iss` and the subject always have to. */
  readonly requiredClaims?: readonly string[]
  /** Validates the claims, and types `principal.claims`. Any Standard Schema. */
  readonly claims?: StandardSchemaV1<unknown, C>
  /** Where claims are that have another place in these tokens. */
  readonly paths?: ClaimPaths
  /** How far the clocks of issuer and service may be apart: at most five minutes. @default '5s' */
  readonly clockTolerance?: Duration
  /** The longest time since `iat`, which then has to be there. @default until `exp` */
  readonly maxTokenAge?: Duration
  /** Whether a token that is otherwise good has been revoked. Asked for every request, also for cached tokens. */
  revoked?(claims: JwtClaims): MaybePromise<boolean>
  /** The cache of verified tokens. `false` verifies every token anew. */
  readonly cache?: TokenCacheOptions | false
  /** What tokens' times are compared with. @default the system's clock */
  readonly clock?: Clock
}

/** Settings of `jwt()`. */
export interface JwtOptions<N extends string = 'jwt', C = JwtClaims, S extends string = never>
  extends Omit<SchemeOptions<N, S>, 'name'>, JwtVerifierOptions<N, C> {
  /** Where tokens are looked for. More than one token in a request is refused. @default 'authorization' */
  readonly extract?: TokenPlace | readonly TokenPlace[]
}

/** Where claims are that become members of the principal. */
export interface ClaimPaths {
  /** @default ['sub'] */
  readonly subject?: ClaimPath
  /** @default none */
  readonly tenant?: ClaimPath
  /** All of them count. @default [['scope'], ['scp']] */
  readonly scopes?: readonly ClaimPath[]
}
