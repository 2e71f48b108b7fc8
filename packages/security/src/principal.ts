import type { Caller } from '@seaworthy/middleware'
import { FrozenScopes, type ScopeSet } from './scope-set.ts'
import { SecurityError } from './security-error.ts'

/** Who is calling, as one scheme has verified it. Frozen: a cached one outlives the request. */
export interface Principal<N extends string = string, C = unknown> {
  /** The name of the scheme that verified it: the discriminator in a union of several. */
  readonly scheme: N
  /** The caller's identifier, unique within issuer and tenant. */
  readonly subject: string
  /** What else the credentials say. */
  readonly claims: C
  readonly scopes: ScopeSet
  readonly issuer?: string
  readonly tenant?: string
  /** The OAuth client that acts for the subject. */
  readonly clientId?: string
  /** When the credentials expire, in seconds since the epoch. */
  readonly expiresAt?: number
  /** When the subject last proved who it is, in seconds since the epoch. */
  readonly authTime?: number
  /** How it was proved: an authentication context class. */
  readonly acr?: string
}

/** The principal of `all()`: one of each scheme, never merged. */
export interface AllPrincipal<P extends Principal = Principal> {
  readonly scheme: 'all'
  /** The principals by the name of their scheme. */
  readonly of: { readonly [N in P['scheme']]: Extract<P, { readonly scheme: N }> }
}

/** What {@link createPrincipal} takes. */
export interface PrincipalInput<N extends string, C> extends Omit<Principal<N, C>, 'scopes'> {
  /** @default none */
  readonly scopes?: Iterable<string>
}

/** Where a principal keeps its digest, once it has been asked for. */
export const callerCell: unique symbol = Symbol.for('seaworthy.security.caller')

/** The slot of {@link callerCell}: the principal is frozen, the slot is not. */
export interface CallerCell {
  caller: Caller | undefined
}

/**
 * Makes a principal that cannot be changed: its claims are frozen throughout, as far as they are plain data.
 *
 * @throws {SecurityError} `ERR_SECURITY_SCOPE` when the scopes are text and not a list.
 */
export function createPrincipal<const N extends string, C>(input: PrincipalInput<N, C>): Principal<N, C> {
  if (typeof input.scopes === 'string') throw textForScopes()
  const principal = { ...input, claims: frozen(input.claims), scopes: new FrozenScopes(input.scopes ?? []) }
  const cell: CallerCell = { caller: undefined }
  return Object.freeze(Object.defineProperty(principal, callerCell, { value: cell }))
}

/** Text is an iterable as well: of letters, each of which would be a scope. */
function textForScopes(): SecurityError {
  return new SecurityError('ERR_SECURITY_SCOPE', "scopes are text. Write a list, such as text.split(' ').")
}

function frozen<T>(value: T): T {
  if (!isPlain(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Array.isArray(value)
}
