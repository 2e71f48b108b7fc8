import type { Hooks, Middleware, RouteEntry } from '@seaworthy/middleware'
import { registeredHandler } from '@seaworthy/middleware'
import type { Requirement } from './requirement.ts'

/** The policy of an area or a route, where it stands in the application. */
export interface Marker {
  /** The policy object that it belongs to. */
  readonly policy: object
  /** Whether it holds for what is registered after it within its path. */
  readonly service: boolean
  /** `undefined` for `none()`. */
  readonly requirement: Requirement | undefined
}

/** Where the hooks of a marker carry it. */
export const markerSymbol: unique symbol = Symbol.for('seaworthy.security.marker')

/** Where the hooks of a policy's own guard carry the policy. */
export const policySymbol: unique symbol = Symbol.for('seaworthy.security.policy')

/** The hooks of a marker, or of a policy's own guard. */
export interface MarkedHooks extends Hooks {
  readonly [markerSymbol]?: Marker
  readonly [policySymbol]?: object
}

/** The hooks of an entry of the router, when what was registered is a middleware of these packages. */
export function hooksOf(entry: RouteEntry): readonly MarkedHooks[] | undefined {
  const handler: Partial<Middleware> & object = registeredHandler(entry)
  return Symbol.for('seaworthy.parts') in handler ? handler.hooks : undefined
}

/** The markers of a policy that an entry carries: several when they are stacked. */
export function markersOf(hooks: readonly MarkedHooks[], policy: object): Marker[] {
  return hooks.flatMap((each) => {
    const marker = each[markerSymbol]
    return marker?.policy === policy ? [marker] : []
  })
}

/** Whether an entry holds the guard of a policy. */
export function holdsGuard(entry: RouteEntry, policy: object): boolean {
  return hooksOf(entry)?.some((each) => each[policySymbol] === policy) ?? false
}
