import {
  currentContext,
  handler,
  matchedRoutes,
  middleware,
  problem,
  type Exchange,
  type MaybePromise,
} from '@seaworthy/middleware'
import { trace } from '@opentelemetry/api'
import { createAudit } from './audit.ts'
import { recordAttempt } from './auth-metrics.ts'
import { checkSchemes } from './check-schemes.ts'
import { requirementOf } from './combine.ts'
import { guardOf } from './create-guard.ts'
import { assertCovered } from './assert-covered.ts'
import { decide } from './decision.ts'
import { decisionCache } from './decision-cache.ts'
import { enforce, type Enforcement } from './enforce.ts'
import type { Guard } from './guard.ts'
import { markerSymbol, policySymbol, type MarkedHooks, type Marker } from './marker.ts'
import { describeSecurity } from './openapi.ts'
import type { Asked, NoSecurity, Policy } from './policy.ts'
import { policyGate } from './policy-gate.ts'
import { routeTable } from './route-table.ts'
import type { Requirement } from './requirement.ts'
import { SecurityError } from './security-error.ts'
import type { SecurityOptions } from './security-options.ts'
import { sessionOf, type Session } from './session.ts'

/**
 * The policy of an application: a guard for everything that is mounted after it, and the maker of the markers that
 * ask for something else. A request is judged by the routes that it matched, never by its path.
 *
 * @throws {SecurityError} `ERR_SECURITY_REQUIREMENT` when the default is no guard, `ERR_SECURITY_SCHEME` when two
 * schemes have one name, and `ERR_SECURITY_OPTION` for an option that cannot be used.
 */
export function security<P>(options: SecurityOptions<P>): Policy<P> {
  const policy = {}
  const fallback = requirementOf(options.default, 'security({ default })')
  const schemes = checkSchemes([fallback])
  const hideUnmatched = readUnmatched(options.unmatched)
  const enforcement = enforcementOf(options)
  const audited = auditing(options)
  const decisionOf = decisionCache((chain) => decide(chain, policy, fallback))

  function before(x: Exchange): MaybePromise<Response | void> {
    const session = sessionOf(x)
    const context = currentContext(x)
    if (session.considered.some((each) => each.policy === policy && each.context === context)) return
    const { requirements, unmatched, considered } = decisionOf(context ? matchedRoutes(context) : [])
    session.considered.push({ policy, context, markers: considered })
    if (unmatched && hideUnmatched && context) return notFound(session)
    if (requirements.length === 0) return open(session)
    return enforce(x, session, requirements, enforcement)
  }

  function mark(name: string, service: boolean, requirement: Requirement | undefined): MarkedHooks {
    if (requirement) checkSchemes([requirement], schemes)
    const marker: Marker = Object.freeze({ policy, service, requirement })
    return audited({
      name,
      [markerSymbol]: marker,
      before(x: Exchange) {
        const session = sessionOf(x)
        if (isConsidered(session, marker, x)) return
        return requirement ? enforce(x, session, [requirement], enforcement) : open(session)
      },
    })
  }

  function none(service = false): NoSecurity {
    return Object.assign(middleware(mark('none', service, undefined)), { noSecurity: true as const })
  }

  function service<Q>(asked: Guard<Q>): Guard<Q>
  function service(asked: NoSecurity): NoSecurity
  function service<Q>(asked: Guard<Q> | NoSecurity): Guard<Q> | NoSecurity {
    return isNone(asked) ? none(true) : marked('service', asked, true)
  }

  function marked<Q>(name: string, asked: Guard<Q>, isService: boolean): Guard<Q> {
    const requirement = requirementOf(asked, `policy.${name}()`)
    return guardOf<Q>(mark(name, isService, requirement), requirement)
  }

  return Object.assign(guardOf<P>(audited({ name: 'security', [policySymbol]: policy, before }), fallback), {
    service,
    method: <Q>(asked: Guard<Q>): Guard<Q> => marked('method', asked, false),
    none: () => none(),
    protect: <R extends Request, Rest extends unknown[]>(
      asked: Asked,
      fetch: (request: R, ...rest: Rest) => MaybePromise<Response>,
    ) => handler(isNone(asked) ? none() : marked('protect', asked, false), fetch),
    routes: (app) => routeTable(app, policy, fallback),
    assertCovered: (app) => assertCovered(app, policy, fallback),
    openapi: (document, app) =>
      describeSecurity(document, routeTable(app, policy, fallback), schemes.values(), fallback),
  } satisfies Omit<Policy<P>, keyof Guard<P>>)
}

function isNone(asked: Asked): asked is NoSecurity {
  return 'noSecurity' in asked
}

function isConsidered(session: Session, marker: Marker, x: Exchange): boolean {
  const context = currentContext(x)
  return session.considered.some((each) => each.context === context && each.markers.has(marker))
}

/** Lets everybody in. */
function open(session: Session): void {
  session.decision ??= 'open'
}

function enforcementOf(options: SecurityOptions<unknown>): Enforcement {
  return {
    gate: policyGate(options),
    decided(x, grants, refusal) {
      recordAttempt(x, grants, refusal)
      const [grant] = grants
      if (options.enduserId && grant) trace.getActiveSpan()?.setAttribute('enduser.id', grant.principal.subject)
    },
  }
}

/** What adds the audit to the hooks of a policy. */
function auditing({ audit }: SecurityOptions<unknown>): (hooks: MarkedHooks) => MarkedHooks {
  if (!audit) return (hooks) => hooks
  const flush = createAudit(audit)
  // Without a response `after` does not run.
  return (hooks) => ({ ...hooks, after: flush, settled: flush })
}

function readUnmatched(unmatched: SecurityOptions<unknown>['unmatched']): boolean {
  if (unmatched === undefined || unmatched === 'authenticate') return false
  if (unmatched === 'not-found') return true
  throw new SecurityError('ERR_SECURITY_OPTION', "unmatched is 'authenticate', which is the default, or 'not-found'.")
}

function notFound(session: Session): Response {
  session.decision = 'unmatched'
  return problem({ status: 404, headers: { 'cache-control': 'no-store' } })
}
