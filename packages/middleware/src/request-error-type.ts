import { errorClass, thrownErrorType } from './error-class.ts'
import type { Outcome } from './hooks.ts'

/**
 * `error.type` of a finished request, or `undefined` when it did not fail (OpenTelemetry's semantic conventions, HTTP
 * server).
 *
 * Failed are requests whose client left, that were answered with 5xx or not at all, and whose body broke off. What was
 * thrown and became another answer, a 404 say, is no failure.
 *
 * @param handled - What was thrown and made into the response.
 */
export function requestErrorType({ aborted, status, error }: Outcome, handled: unknown): string | undefined {
  if (aborted) return 'client_disconnect'
  if (status !== undefined && status < 500) {
    return error === undefined || error === handled ? undefined : thrownErrorType(error)
  }
  return errorClass(error) ?? String(status ?? '_OTHER')
}
