import { thrownErrorType } from './error-class.ts'

/** Codes of Node's HTTP client that have an older name, which Bun uses too. */
const commonNames: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_SOCKET: 'ECONNRESET',
}

/**
 * `error.type` of a fetch that failed, or whose body broke off.
 *
 * `AbortError` or `TimeoutError` when the caller's signal ended it; else the system's code, such as `ENOTFOUND` (no such
 * host) or `ECONNREFUSED`, the same on Node and Bun; else the class of the error.
 */
export function fetchErrorType(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return thrownErrorType(signal.reason) === 'TimeoutError' ? 'TimeoutError' : 'AbortError'
  const code = codeOf(error) ?? codeOf(causeOf(error))
  return code === undefined ? thrownErrorType(error) : (commonNames[code] ?? code)
}

function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined
}
