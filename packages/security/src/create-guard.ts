import { middleware, type Exchange, type Hooks, type HonoContext } from '@seaworthy/middleware'
import { enforce, standalone, type Enforcement } from './enforce.ts'
import { granted } from './granted.ts'
import type { Guard } from './guard.ts'
import { requirementSymbol, type Requirement } from './requirement.ts'
import { sessionOf } from './session.ts'

/** A guard that enforces its requirement wherever it is mounted. */
export function createGuard<P>(
  name: string,
  requirement: Requirement,
  enforcement: Enforcement = standalone(),
): Guard<P> & { readonly optional?: never } {
  return guardOf<P>(
    { name, before: (x: Exchange) => enforce(x, sessionOf(x), [requirement], enforcement) },
    requirement,
  )
}

/** A guard from hooks that enforce a requirement. */
export function guardOf<P>(hooks: Hooks, requirement: Requirement): Guard<P> & { readonly optional?: never } {
  return Object.assign(middleware(hooks), {
    [requirementSymbol]: requirement,
    // What a requirement grants is what its type says: the two are made together.
    principal: (of: HonoContext | Request): P => granted(of, requirement, hooks.name ?? 'guard') as P,
  })
}
