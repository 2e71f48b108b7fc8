import type { Outcome } from '@seaworthy/middleware'

/**
 * `error.type` of a request, or `undefined` when it did not fail (semantic conventions, HTTP server metrics).
 *
 * Failed are requests whose client left, that were answered with 5xx or not at all, and whose body broke off. What was
 * thrown and became another answer, a 404 say, is no failure.
 *
 * @param handled - What was thrown and made into the response.
 */
export function requestErrorType({ aborted, status, error }: Outcome, handled: unknown): string | undefined {
  if (aborted) return 'client_disconnect'
  if (status === undefined || status >= 500) return className(error) ?? String(status ?? '_OTHER')
  return error === undefined || error === handled ? undefined : (className(error) ?? '_OTHER')
}

/**
 * `error.type` of a call that got no response, or whose response broke off: that the caller's signal ended it, the
 * system's code such as `ECONNREFUSED`, or the class of the error.
 */
export function callErrorType(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return className(signal.reason) === 'TimeoutError' ? 'TimeoutError' : 'AbortError'
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined)
  return code === undefined ? (className(error) ?? '_OTHER') : (olderNames[code] ?? code)
}

/** Codes of Node's fetch whose failures have a code of the system, which Bun uses as well. */
const olderNames: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_SOCKET: 'ECONNRESET',
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined
}

/** The name of the class of an error; a DOMException says by its own name what it is. */
function className(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { name } = error.constructor
  return (name === 'DOMException' || name === '' ? error.name : name) || undefined
}
