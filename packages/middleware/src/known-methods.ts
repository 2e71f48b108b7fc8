/** RFC 9110 §9.3, RFC 5789 (PATCH) and the QUERY method. */
const standardMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']

interface Environment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> }
}

/** The methods that may stand in attributes and names; all others become `_OTHER`. */
export type KnownMethods = ReadonlySet<string>

/**
 * The methods that `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS` lists, separated by commas and case-sensitive: they
 * replace the standard ones.
 *
 * @default RFC 9110 with PATCH and QUERY
 */
export function knownMethods(): KnownMethods {
  const { process }: Environment = globalThis
  const listed = process?.env?.['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] ?? ''
  const given = listed.split(',').map((name) => name.trim())
  const known = given.filter((name) => name !== '')
  return new Set(known.length > 0 ? known : standardMethods)
}

/** `http.request.method` of a request or a call: the method itself when it is known. */
export function methodAttribute(method: string, known: KnownMethods): string {
  return known.has(method) ? method : '_OTHER'
}
