/** RFC 9110 §9.3, RFC 5789 (PATCH) and the QUERY method. */
const standardMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']

/** Tells the methods that may stand in attributes and span names from those that become `_OTHER`. */
export type KnownMethods = ReadonlySet<string>

/**
 * The methods that `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS` lists, separated by commas and case-sensitive: they
 * replace the standard ones.
 *
 * @default RFC 9110 with PATCH and QUERY
 */
export function knownMethods(): KnownMethods {
  const listed = process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS']
  if (!listed) return new Set(standardMethods)
  return new Set(listed.split(',').map((name) => name.trim()))
}

/** The name of an HTTP span: the method and a template of few distinct values, or the method alone. */
export function spanName(method: string, known: KnownMethods, route?: string): string {
  const name = known.has(method) ? method : 'HTTP'
  return route === undefined ? name : `${name} ${route}`
}
