import { createGuard } from './create-guard.ts'
import type { Guard, OptionalGuard } from './guard.ts'
import type { AllPrincipal, Principal } from './principal.ts'
import { checkSchemes } from './check-schemes.ts'
import { requirementSymbol, type Condition, type Requirement } from './requirement.ts'
import { SecurityError } from './security-error.ts'

/** A guard that may stand inside `any()`, `all()` and `optional()`. */
export interface Combinable<P> extends Guard<P> {
  readonly optional?: never
}

/** The union of what several guards let in. */
export type PrincipalOf<G> = G extends Guard<infer P> ? P : never

/**
 * Lets a request in by one of several alternatives. They are tried in order, those alone whose credentials are all
 * present; the first one that holds decides. Its principal is a union that `scheme` tells apart.
 *
 * @throws {SecurityError} `ERR_SECURITY_REQUIREMENT` when an alternative is `optional()`, and `ERR_SECURITY_SCHEME`
 * when two schemes have one name.
 */
export function any<const G extends readonly [Combinable<unknown>, ...Combinable<unknown>[]]>(
  ...alternatives: G
): Combinable<PrincipalOf<G[number]>> {
  const requirements = requirementsOf('any', alternatives)
  return createGuard(
    'any',
    checked({ alternatives: requirements.flatMap((each) => each.alternatives), optional: false }),
  )
}

/**
 * Lets a request in when several guards do. Its principal holds one of each scheme, and merges none.
 *
 * @throws {SecurityError} `ERR_SECURITY_REQUIREMENT` when a member is `any()` or `optional()`, and
 * `ERR_SECURITY_SCHEME` when two schemes have one name.
 */
export function all<
  const G extends readonly [Combinable<Principal>, Combinable<Principal>, ...Combinable<Principal>[]],
>(...members: G): Combinable<AllPrincipal<PrincipalOf<G[number]>>> {
  const conditions = requirementsOf('all', members).flatMap(({ alternatives }) => {
    const [only, ...more] = alternatives
    if (!only || more.length > 0) throw nestedAny()
    return only
  })
  return createGuard('all', checked({ alternatives: [merged(conditions)], optional: false }))
}

/**
 * Lets requests without credentials in as well: their principal is `undefined`. Credentials that are bad are still
 * refused; only ambient ones, which a browser sends on its own, then count as absent and are taken away.
 *
 * @throws {SecurityError} `ERR_SECURITY_REQUIREMENT` when it is given another `optional()`.
 */
export function optional<P>(requirement: Combinable<P>): OptionalGuard<P> {
  const [{ alternatives }] = requirementsOf('optional', [requirement])
  return Object.assign(createGuard<P | undefined>('optional', { alternatives, optional: true }), {
    optional: true as const,
  })
}

function requirementsOf<const G extends readonly [Guard<unknown>, ...Guard<unknown>[]]>(
  name: string,
  guards: G,
): { [I in keyof G]: Requirement } {
  const requirements = guards.map((guard) => requirementOf(guard, `${name}()`))
  if (requirements.length === 0 || requirements.some((each) => each.optional)) throw notCombinable(name)
  // One requirement for each guard, in order.
  return requirements as { [I in keyof G]: Requirement }
}

/**
 * The requirement of a guard.
 *
 * @throws {SecurityError} `ERR_SECURITY_REQUIREMENT` when the value is no guard.
 */
export function requirementOf(guard: Guard<unknown>, where: string): Requirement {
  const requirement: Requirement | undefined = guard?.[requirementSymbol]
  if (requirement) return requirement
  throw new SecurityError(
    'ERR_SECURITY_REQUIREMENT',
    `${where} takes guards, such as jwt({ … }), any(a, b) or jwtAuth.scopes('orders:write').`,
  )
}

/** A scheme that stands in `all()` twice has to grant the scopes of both. */
function merged(conditions: readonly Condition[]): Condition[] {
  const schemes = [...new Set(conditions.map(({ scheme }) => scheme))]
  if (schemes.length < 2) throw notEnough()
  return schemes.map((scheme) => {
    const own = conditions.filter((each) => each.scheme === scheme)
    return { scheme, scopes: [...new Set(own.flatMap(({ scopes }) => scopes))] }
  })
}

function checked(requirement: Requirement): Requirement {
  checkSchemes([requirement])
  return requirement
}

function notCombinable(name: string): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_REQUIREMENT',
    `${name}() takes at least one guard, and optional() only at the outermost: write optional(any(a, b)).`,
  )
}

function nestedAny(): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_REQUIREMENT',
    'all() takes no any(): write any(all(a, b), all(a, c)) instead of all(a, any(b, c)).',
  )
}

function notEnough(): SecurityError {
  return new SecurityError('ERR_SECURITY_REQUIREMENT', 'all() takes at least two schemes.')
}
