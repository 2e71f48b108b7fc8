import type { JwtVerifierOptions } from '@seaworthy/jwt'
import type { Clock } from '@seaworthy/jwt/metadata'
import type { SchemeOptions } from '@seaworthy/security'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AccessTokenClaims } from './access-tokens.ts'
import type { MtlsOptions } from './client-certificate.ts'
import type { DpopOptions } from './dpop-options.ts'
import type { FlowOptions } from './flows.ts'
import type { IntrospectionOptions } from './introspection-options.ts'
import type { ResourceMetadataOptions } from './resource-metadata.ts'
import type { StepUpOptions } from './step-up.ts'

/** How tokens that are JWTs are verified: as `jwt()` of `@seaworthy/jwt` does. */
export interface JwtTokenOptions extends Omit<JwtVerifierOptions, 'name' | 'claims' | 'clock' | 'audience'> {
  /** The names of this service: `aud` has to have one of them. @default `resource` */
  readonly audience?: string | readonly string[]
}

/** Settings of `resourceServer()`. */
export interface ResourceServerOptions<
  N extends string = 'oauth2',
  C = AccessTokenClaims,
  S extends string = never,
> extends SchemeOptions<N, S> {
  /** The identifier of this service: its address, as clients and issuers write it (RFC 8707, RFC 9728). */
  readonly resource: string
  /**
   * What stands before the path in the addresses that clients use, where it is not the origin of `resource`: behind a
   * proxy that takes a prefix away, `https://example.com/orders`.
   */
  readonly publicUrl?: string
  /** Takes tokens that are JWTs. */
  readonly jwt?: JwtTokenOptions
  /** Takes tokens that the issuer is asked about: beside `jwt`, those that are no JWTs. */
  readonly introspection?: IntrospectionOptions
  /** Validates the claims, and types `principal.claims`. Any Standard Schema. */
  readonly claims?: StandardSchemaV1<unknown, C>
  /** Takes tokens that are bound to a key of the client. @default they are refused */
  readonly dpop?: DpopOptions
  /** Takes tokens that are bound to a certificate of the client. @default they are refused */
  readonly mtls?: MtlsOptions
  /** What is published of this service. `false` publishes nothing. */
  readonly metadata?: ResourceMetadataOptions | false
  /** How well, and how lately, users have to have proved who they are. @default anyhow */
  readonly stepUp?: StepUpOptions
  /** How clients get tokens, for OpenAPI. */
  readonly flows?: FlowOptions
  /** What the times of tokens and proofs are compared with. @default the system's clock */
  readonly clock?: Clock
}
