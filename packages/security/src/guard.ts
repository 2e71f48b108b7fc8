import type { HonoContext, Middleware } from '@seaworthy/middleware'
import { requirementSymbol, type Requirement } from './requirement.ts'
import type { Scheme } from './scheme.ts'

/** A middleware that lets a request in, and is the typed key to who was let in. */
export interface Guard<P> extends Middleware {
  readonly [requirementSymbol]: Requirement
  /**
   * Who was let in by this guard.
   *
   * @throws {SecurityError} `ERR_OTHER_POLICY` when the request was let in by another requirement.
   */
  principal(of: HonoContext | Request): P
}

/** A guard that also lets requests without credentials in. It cannot stand inside `any()` or `all()`. */
export interface OptionalGuard<P> extends Guard<P | undefined> {
  readonly optional: true
}

/** A guard of one scheme, as `jwt()`, `apiKey()` and `basicAuth()` make it. */
export interface Authenticator<P, S extends string = never> extends Guard<P>, Scheme<P> {
  readonly optional?: never
  /** The same scheme, asking for scopes as well. Those of the type are the ones that the scheme declares. */
  scopes(...all: [S, ...S[]]): ScopedGuard<P>
}

/** A guard of one scheme with scopes. */
export interface ScopedGuard<P> extends Guard<P> {
  readonly optional?: never
}
