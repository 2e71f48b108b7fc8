import type { HonoContext } from '@seaworthy/middleware'
import type { AllPrincipal, Principal } from './principal.ts'
import type { Condition, Requirement } from './requirement.ts'
import { SecurityError } from './security-error.ts'
import { findSession, type Grant } from './session.ts'

/**
 * Who a request was let in for by a requirement, or by one that includes it.
 *
 * @throws {SecurityError} `ERR_OTHER_POLICY` when it was let in by another requirement, or by none.
 */
export function granted(
  of: HonoContext | Request,
  requirement: Requirement,
  name: string,
): Principal | AllPrincipal | undefined {
  const session = findSession(of)
  for (const conditions of requirement.alternatives) {
    const principal = session && principalOf(conditions, session.grants)
    if (principal) return principal
  }
  if (session?.anonymous.includes(requirement)) return undefined
  throw new SecurityError(
    'ERR_OTHER_POLICY',
    `This request was not let in by ${name}, so that ${name} has no principal for it. ` +
      'Ask the guard that stands on this route: const guard = policy.method(…), then guard.principal(c).',
  )
}

/** The principal of an alternative of which every condition was granted. */
function principalOf(conditions: readonly Condition[], grants: readonly Grant[]): Principal | AllPrincipal | undefined {
  const principals: Principal[] = []
  for (const condition of conditions) {
    const grant = grants.find((each) => implies(each.condition, condition))
    if (!grant) return undefined
    principals.push(grant.principal)
  }
  const [only, ...more] = principals
  if (only && more.length === 0) return only
  return Object.freeze({
    scheme: 'all',
    of: Object.freeze(Object.fromEntries(principals.map((each) => [each.scheme, each]))),
  })
}

function implies(grant: Condition, condition: Condition): boolean {
  return grant.scheme === condition.scheme && condition.scopes.every((scope) => grant.scopes.includes(scope))
}
