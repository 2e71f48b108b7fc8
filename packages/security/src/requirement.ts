import type { Principal } from './principal.ts'
import type { Scheme } from './scheme.ts'

/** One scheme, and the scopes that it must grant. */
export interface Condition {
  readonly scheme: Scheme<Principal>
  readonly scopes: readonly string[]
}

/** What lets a request in: one of the alternatives, of which every condition holds. */
export interface Requirement {
  readonly alternatives: readonly (readonly Condition[])[]
  /** Lets a request without credentials in as well. */
  readonly optional: boolean
}

/** Where a guard carries its requirement. */
export const requirementSymbol: unique symbol = Symbol.for('seaworthy.security.requirement')

/** The schemes of a requirement, each once, in order. */
export function schemesOf(requirement: Requirement): Scheme<Principal>[] {
  return [...new Set(requirement.alternatives.flat().map((condition) => condition.scheme))]
}
