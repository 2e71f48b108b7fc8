import type { Duration } from '@seaworthy/middleware'
import type { ClientAuth } from '../client-auth.ts'
import type { ProviderOptions } from '../provider-options.ts'

/** Settings of asking the issuer what a token is good for (RFC 7662). */
export interface IntrospectionOptions extends Omit<ProviderOptions, 'issuer' | 'clock' | 'clientAuth'> {
  /** Whose tokens they are: what `iss` has to be, where it is told. @default `jwt.issuer` */
  readonly issuer?: string
  /** @default `introspection_endpoint` of the issuer's metadata */
  readonly endpoint?: string | URL
  /** How this service shows who it is. It has to. */
  readonly clientAuth: ClientAuth
  /** How long an answer is used for, at most until the token expires: a revocation is seen within it. @default '30s' */
  readonly ttl?: Duration
  /** How long a refusal is used for. Never longer than `ttl`. @default '5s' */
  readonly negativeTtl?: Duration
  /** How many answers are kept, and as many refusals. @default 10_000 */
  readonly max?: number
  /** The names of this service: `aud` has to have one of them. @default `resource` */
  readonly audience?: string | readonly string[]
  /**
   * Takes answers without `aud`: for an issuer that tells a service of no tokens but its own. One that is there still
   * has to fit.
   *
   * @default false
   */
  readonly audienceOptional?: boolean
  /** How far the clocks of issuer and service may be apart: at most five minutes. @default '5s' */
  readonly clockTolerance?: Duration
}
