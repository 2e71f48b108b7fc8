import type { Outcome } from '@seaworthy/middleware'

/** The name of a thrown value's class, or `undefined` when it is no Error. */
export function className(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { name } = error.constructor
  // All DOMExceptions are of one class: `AbortError` and `TimeoutError` are their names.
  return (name === 'DOMException' || name === '' ? error.name : name) || undefined
}

/** `error.type` of a thrown value: the name of its class, or `_OTHER`. */
export function thrownType(error: unknown): string {
  return className(error) ?? '_OTHER'
}

/**
 * `error.type` of a finished request, or `undefined` when it did not fail (semantic conventions, HTTP server status).
 *
 * Failed are requests whose client left, that were answered with 5xx or not at all, and whose body broke off. What was
 * thrown and became another answer, a 404 say, is no failure.
 *
 * @param handled - What was thrown and made into the response.
 */
export function requestErrorType({ aborted, status, error }: Outcome, handled: unknown): string | undefined {
  if (aborted) return 'client_disconnect'
  if (status !== undefined && status < 500) {
    return error === undefined || error === handled ? undefined : thrownType(error)
  }
  return className(error) ?? String(status ?? '_OTHER')
}
