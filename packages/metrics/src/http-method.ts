/** The methods that OpenTelemetry knows: those of RFC 9110, PATCH and QUERY. */
const conventional = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE']

/**
 * The values of `http.request.method`, the one for all other methods first.
 *
 * @param list - `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`: replaces the conventional methods, separated by commas.
 */
export function knownMethods(list: string | undefined): readonly string[] {
  const given = list
    ?.split(',')
    .map((method) => method.trim())
    .filter((method) => method !== '')
  return ['_OTHER', ...new Set(given?.length ? given : conventional)]
}
