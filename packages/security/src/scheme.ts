import type { Exchange, MaybePromise } from '@seaworthy/middleware'
import type { Denial } from './denial.ts'
import type { SecuritySchemeObject } from './security-scheme-object.ts'

/** What became of credentials: a principal, or a refusal. */
export type Verdict<P> = { readonly principal: P } | { readonly denied: Denial }

/**
 * Lets a scheme take credentials over plain HTTP. A symbol, so that it is not set by accident and is easy to find.
 * Behind a proxy that ends TLS, mount `trustProxy()` instead.
 */
export const allowInsecure: unique symbol = Symbol.for('seaworthy.security.allow-insecure')

/** The options that every scheme takes. */
export interface SchemeOptions<N extends string = string, S extends string = never> {
  /** The name of the scheme: in OpenAPI, in the audit, and as `principal.scheme`. Unique within a policy. */
  readonly name?: N
  /** Shown in OpenAPI. */
  readonly description?: string
  /** The protection space that challenges name (RFC 9110 §11.5). */
  readonly realm?: string
  /** The scopes that may be asked for, with their descriptions. */
  readonly scopes?: Readonly<Record<S, string>>
  /** Takes credentials over plain HTTP. @default false */
  readonly [allowInsecure]?: boolean
}

/** One way of proving who is calling. */
export interface Scheme<P = unknown, K = unknown> {
  /** The name of the scheme. */
  readonly scheme: string
  readonly declaredScopes: ReadonlySet<string>
  readonly [allowInsecure]?: boolean
  /** Whether the browser sends these credentials on its own, as it does with a cookie. */
  ambient(credentials: K): boolean
  /**
   * Finds the credentials in a request. Cheap, and without any check of them.
   *
   * @returns `undefined` when there are none; a {@link Denial} when the request is ambiguous.
   */
  extract(x: Exchange): K | Denial | undefined
  /**
   * A verdict that is had at no cost: from a cache, or from the verification of the same credentials for another
   * request. For it no limiter is asked, and it takes no place among the verifications in flight.
   */
  recall?(credentials: K, x: Exchange): MaybePromise<Verdict<P>> | undefined
  /** Verifies credentials. What it throws is answered with 503: a dependency is down. Called once a request. */
  authenticate(credentials: K, x: Exchange): MaybePromise<Verdict<P>>
  /**
   * What is tried by presenting credentials: all of them, to the letter. Who tries the same several times at once makes
   * one guess, and is not held to `inFlight.perAddress`. It is kept while it is verified. `undefined` is another guess
   * each time: for what is tried together with something that is not among the credentials, such as a proof.
   *
   * @default each is another guess
   */
  guess?(credentials: K): string | undefined
  /** The value for `WWW-Authenticate`. A denial `missing` must yield no `error` parameter (RFC 6750 §3.1). */
  challenge(denial: Denial, scopes: readonly string[], x: Exchange): string
  /** Answers in another way than with a problem, for example with a redirect to a login page. */
  respond?(denial: Denial, x: Exchange): Response | undefined
  /** Takes bad ambient credentials away from the client, by a header of the Exchange. */
  clear?(credentials: K, x: Exchange): void
  /** What tells one credential from another in the audit, where only a keyed digest of it is seen. */
  credentialId?(credentials: K): string | undefined
  /** The scheme as OpenAPI 3.1 describes it. */
  openapi(): SecuritySchemeObject
}
