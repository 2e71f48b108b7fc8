import type { Exchange, MaybePromise } from '@seaworthy/middleware'
import type { Denial } from './denial.ts'
import type { Authenticator, ScopedGuard } from './guard.ts'
import { createGuard } from './create-guard.ts'
import type { Principal } from './principal.ts'
import type { Requirement } from './requirement.ts'
import { allowInsecure, type Scheme, type SchemeOptions, type Verdict } from './scheme.ts'
import { SecurityError } from './security-error.ts'
import type { SecuritySchemeObject } from './security-scheme-object.ts'

/** What {@link authenticator} builds a scheme from. */
export interface AuthenticatorOptions<N extends string, P extends Principal<N>, K, S extends string> extends Omit<
  SchemeOptions<N, S>,
  'realm'
> {
  readonly name: N
  /** See {@link Scheme.extract}. */
  extract(x: Exchange): K | Denial | undefined
  /** See {@link Scheme.recall}. */
  recall?(credentials: K, x: Exchange): MaybePromise<Verdict<P>> | undefined
  /** See {@link Scheme.authenticate}. */
  authenticate(credentials: K, x: Exchange): MaybePromise<Verdict<P>>
  /** See {@link Scheme.guess}. */
  guess?(credentials: K): string | undefined
  /** See {@link Scheme.challenge}. */
  challenge(denial: Denial, scopes: readonly string[], x: Exchange): string
  /** See {@link Scheme.openapi}. The description is added to it. */
  openapi(): SecuritySchemeObject
  /** See {@link Scheme.ambient}. @default never */
  ambient?(credentials: K): boolean
  /** See {@link Scheme.respond}. */
  respond?(denial: Denial, x: Exchange): Response | undefined
  /** See {@link Scheme.clear}. */
  clear?(credentials: K, x: Exchange): void
  /** See {@link Scheme.credentialId}. */
  credentialId?(credentials: K): string | undefined
}

/**
 * Makes a scheme from a few functions: a guard by itself, and a part of `any()`, `all()` and policies.
 * The transport, scopes, answers, limits and the audit are seen to; the functions find and verify credentials.
 *
 * @throws {SecurityError} `ERR_SECURITY_SCHEME` when the name is no name, and `ERR_SECURITY_SCOPE` when a declared
 * scope has a character that a scope must not have (RFC 6749 §3.3).
 */
export function authenticator<const N extends string, P extends Principal<N>, K, S extends string = never>(
  options: AuthenticatorOptions<N, P, K, S>,
): Authenticator<P, S> & { readonly scheme: N } {
  const { scheme, declaredScopes } = describe(options)
  const requirement: Requirement = { alternatives: [[{ scheme, scopes: [] }]], optional: false }

  function scopes(...all: [S, ...S[]]): ScopedGuard<P> {
    for (const scope of all) if (!declaredScopes.has(scope)) throw undeclared(scope, options.name, declaredScopes)
    return createGuard<P>(options.name, {
      alternatives: [[{ scheme, scopes: Object.freeze([...new Set(all)]) }]],
      optional: false,
    })
  }

  return Object.assign(createGuard<P>(options.name, requirement), scheme, { scheme: options.name, scopes })
}

function describe<N extends string, P extends Principal<N>, K, S extends string>(
  options: AuthenticatorOptions<N, P, K, S>,
): { readonly scheme: Scheme<P, K>; readonly declaredScopes: ReadonlySet<string> } {
  const { name, description, scopes, ambient, openapi } = options
  // No more than these: what else the options hold, a secret perhaps, must not hang on the guard.
  const { extract, authenticate, challenge, recall, guess, respond, clear, credentialId } = options
  // `all` and `none` stand for several schemes and for none, in principals and in metrics.
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name) || name === 'all' || name === 'none') throw badName(name)
  const declaredScopes = new Set<string>(Object.keys(scopes ?? {}))
  for (const scope of declaredScopes) if (!scopeToken.test(scope)) throw badScope(scope, name)
  const scheme: Scheme<P, K> = {
    scheme: name,
    declaredScopes,
    extract,
    authenticate,
    challenge,
    ...(recall && { recall }),
    ...(guess && { guess }),
    ...(respond && { respond }),
    ...(clear && { clear }),
    ...(credentialId && { credentialId }),
    [allowInsecure]: options[allowInsecure] === true,
    ambient: (credentials) => ambient?.(credentials) ?? false,
    openapi: () => (description === undefined ? openapi() : { ...openapi(), description }),
  }
  return { scheme, declaredScopes }
}

/** RFC 6749 §3.3 */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

function badName(name: string): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_SCHEME',
    `${JSON.stringify(name)} is no name for a scheme. Write letters, digits, '.', '_' and '-', and neither 'all' nor 'none'.`,
  )
}

function badScope(scope: string, name: string): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_SCOPE',
    `${JSON.stringify(scope)} of the scheme ${name} is no scope: it has a space, a quote, a backslash or a control character.`,
  )
}

function undeclared(scope: string, name: string, declared: ReadonlySet<string>): SecurityError {
  const known = declared.size === 0 ? 'none' : [...declared].join(', ')
  return new SecurityError(
    'ERR_SECURITY_SCOPE',
    `The scheme ${name} does not declare the scope ${JSON.stringify(scope)}. It declares: ${known}. Add it to its scopes.`,
  )
}
