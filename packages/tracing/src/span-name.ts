import type { KnownMethods } from '@seaworthy/middleware/http-conventions'

/** The name of an HTTP span: the method and a template of few distinct values, or the method alone. */
export function spanName(method: string, known: KnownMethods, route?: string): string {
  const name = known.has(method) ? method : 'HTTP'
  return route === undefined ? name : `${name} ${route}`
}
