import type { RouteEntry } from '@seaworthy/middleware'
import { counts, isServiceOf, policyOf, type DefinitionPolicy } from './decision.ts'
import { isArea, isEverywhere, isIgnored, type Definition } from './definition.ts'
import { hooksOf, holdsGuard, policySymbol } from './marker.ts'
import { covers, intersects } from './path-pattern.ts'
import { definitionsOfApp, type RouteSource } from './placed-policies.ts'
import type { Requirement } from './requirement.ts'
import { SecurityError } from './security-error.ts'

/** What is looked at for problems. */
interface Surveyed {
  readonly app: RouteSource
  readonly policy: object
  readonly fallback: Requirement
  readonly definitions: readonly Definition[]
  /** Where the guard stands among the entries, and for which paths. */
  readonly guards: readonly { readonly index: number; readonly path: string }[]
}

/** Throws when routes are not under a policy that somebody has chosen, naming every problem. */
export function assertCovered(app: RouteSource, policy: object, fallback: Requirement): void {
  const guards = app.routes.flatMap((entry, index) => (holdsGuard(entry, policy) ? [{ index, path: entry.path }] : []))
  if (guards.length === 0) throw uncovered(['The policy is not mounted: write app.use(policy) before the routes.'])
  const surveyed: Surveyed = { app, policy, fallback, definitions: definitionsOfApp(app, policy), guards }
  const problems = [
    ...outsideTheGuard(surveyed),
    ...beforeTheirService(surveyed),
    ...ambiguousMarkers(surveyed),
    ...fallThrough(surveyed),
    ...markersEverywhere(surveyed),
    ...unmarkedAreas(surveyed),
    ...guardedProbes(surveyed),
  ]
  if (problems.length > 0) throw uncovered([...new Set(problems)])
}

function uncovered(problems: readonly string[]): SecurityError {
  const list = problems.map((problem) => `\n- ${problem}`).join('')
  return new SecurityError('ERR_SECURITY_UNCOVERED', `Not every route is covered by the policy:${list}`)
}

function outsideTheGuard({ definitions, guards }: Surveyed): string[] {
  return definitions
    .filter((each, i) => each.handlers > 0 && counts(each, definitions.slice(i + 1)) && !isEverywhere(each))
    .filter((each) => !guards.some(({ index, path }) => index < each.index && covers(path, each.path)))
    .map((each) => `${nameOf(each)} is registered before or outside of the guard: mount the policy before it.`)
}

function beforeTheirService({ definitions }: Surveyed): string[] {
  return definitions.flatMap((area) =>
    definitions
      .filter((each) => each.index < area.index && each.handlers > 0)
      .filter((each) => isServiceOf({ ...area, index: -1 }, each) && !isArea(each))
      .map(
        (each) => `${nameOf(each)} is registered before the service() of its area, ${area.path}: move it after that.`,
      ),
  )
}

function ambiguousMarkers({ definitions }: Surveyed): string[] {
  return definitions.flatMap((each, i) => {
    const problems = each.markers.length > 1 ? [`${nameOf(each)} has two markers: leave one.`] : []
    const former = definitions[i - 1]
    if (former && each.markers.length > 0 && !isArea(each) && isSamePlace(former, each)) {
      problems.push(`${nameOf(each)} has its marker after another handler: put the marker first.`)
    }
    return problems
  })
}

function isSamePlace(a: Definition, b: Definition): boolean {
  return a.method === b.method && a.path === b.path
}

/** A request that passes through two definitions has to satisfy both: one of them is meant to be wider than it is. */
function fallThrough({ definitions, fallback }: Surveyed): string[] {
  const counted = definitions.filter((each) => each.handlers > 0 && !each.terminal && !isEverywhere(each))
  return counted.flatMap((each) =>
    definitions
      .filter((later) => later.index > each.index && meet(each, later) && counts(each, [later]))
      .filter((later) => !isSamePolicy(policyOf(each, definitions, fallback), policyOf(later, definitions, fallback)))
      .filter((later) => !isSamePlace(each, later))
      .map((later) => `${nameOf(each)} can pass on to ${nameOf(later)}, which has another policy: give both the same.`),
  )
}

function meet(a: Definition, b: Definition): boolean {
  if (a.method !== 'ALL' && b.method !== 'ALL' && a.method !== b.method) return false
  return intersects(a.path, b.path) && (b.handlers > 0 || b.markers.length > 0)
}

function isSamePolicy(a: DefinitionPolicy, b: DefinitionPolicy): boolean {
  return (
    a.requirements.every((each) => b.requirements.includes(each)) && a.requirements.length === b.requirements.length
  )
}

function markersEverywhere({ definitions }: Surveyed): string[] {
  return definitions
    .filter((each) => each.markers.some((marker) => isIgnored(marker, each)))
    .map(
      (each) =>
        `${nameOf(each)} has service() or none(), which is ignored there: give it a path, or change the default.`,
    )
}

/** Files and mounted applications answer like routes, and look like middleware. */
function unmarkedAreas({ definitions, fallback }: Surveyed): string[] {
  return definitions
    .filter((each, i) => isArea(each) && each.handlers > 0 && counts(each, definitions.slice(i + 1)))
    .filter((each) => !isEverywhere(each) || definitions.some(({ index }) => index < each.index))
    .filter((each) => policyOf(each, definitions, fallback).level === 'default')
    .map(
      (each) =>
        `${nameOf(each)} may answer, and has no marker: write app.use('${each.path}', policy.none(), …), or service().`,
    )
}

/** Parts that answer probes and scrapes, which carry no credentials. */
const probeParts = new Set(['health', 'prometheus'])

function guardedProbes({ app, policy, guards }: Surveyed): string[] {
  return app.routes.flatMap((entry, index) =>
    probesAfterGuard(entry, index, policy, guards).map(
      (name) => `${name} is mounted behind the policy, where probes are refused: mount it before the policy.`,
    ),
  )
}

function probesAfterGuard(entry: RouteEntry, index: number, policy: object, guards: Surveyed['guards']): string[] {
  const hooks = hooksOf(entry) ?? []
  const own = hooks.findIndex((each) => each[policySymbol] === policy)
  const behind = guards.some((guard) => guard.index < index) ? hooks : own === -1 ? [] : hooks.slice(own)
  return behind.flatMap(({ name }) => (name !== undefined && probeParts.has(name) ? [name] : []))
}

function nameOf({ method, path }: Definition): string {
  return `${method} ${path}`
}
