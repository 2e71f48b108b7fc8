import type { Principal } from './principal.ts'
import { templatesOf } from './path-pattern.ts'
import type { Requirement } from './requirement.ts'
import type { RoutePolicy } from './route-table.ts'
import type { Scheme } from './scheme.ts'

/** A security requirement object of OpenAPI 3.1: all of its schemes must hold. */
type SecurityRequirement = Readonly<Record<string, readonly string[]>>

/**
 * A copy of a document with the security schemes and, per operation, what its route asks for. Operations that are no
 * route of the application keep the document's security, which is the default.
 */
export function describeSecurity<D extends object>(
  document: D,
  routes: readonly RoutePolicy[],
  schemes: Iterable<Scheme<Principal>>,
  fallback: Requirement,
): D {
  const components = memberOf(document, 'components')
  return {
    ...document,
    components: {
      ...components,
      securitySchemes: {
        ...memberOf(components, 'securitySchemes'),
        ...Object.fromEntries([...schemes].map((scheme) => [scheme.scheme, scheme.openapi()])),
      },
    },
    security: requirementObjects([fallback]),
    ...('paths' in document ? { paths: describedPaths(memberOf(document, 'paths'), routes) } : {}),
  }
}

function describedPaths(paths: Readonly<Record<string, unknown>>, routes: readonly RoutePolicy[]): object {
  const described: Record<string, unknown> = { ...paths }
  for (const { method, path, documented, requirements } of routes) {
    if (!documented) continue
    for (const template of templatesOf(path)) {
      const operations = memberOf(described, template)
      const operation = operations[method.toLowerCase()]
      if (!isObject(operation)) continue
      const security = requirements.length === 0 ? [] : requirementObjects(requirements)
      described[template] = { ...operations, [method.toLowerCase()]: { ...operation, security } }
    }
  }
  return described
}

/** Alternatives are several objects, what must hold together is one; `{}` stands for no credentials. */
function requirementObjects(requirements: readonly Requirement[]): SecurityRequirement[] {
  let combined: SecurityRequirement[] = [{}]
  for (const { alternatives, optional } of requirements) {
    const objects = alternatives.map((conditions) =>
      Object.fromEntries(conditions.map(({ scheme, scopes }) => [scheme.scheme, scopes])),
    )
    if (optional) objects.push({})
    combined = combined.flatMap((left) => objects.map((right) => together(left, right)))
  }
  return combined
}

function together(left: SecurityRequirement, right: SecurityRequirement): SecurityRequirement {
  const all: Record<string, readonly string[]> = { ...left }
  for (const [name, scopes] of Object.entries(right)) all[name] = [...new Set([...(all[name] ?? []), ...scopes])]
  return all
}

function memberOf(of: unknown, name: string): Readonly<Record<string, unknown>> {
  const member: unknown = isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined
  return isObject(member) ? member : {}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
