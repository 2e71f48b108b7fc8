import type { Exchange } from '@seaworthy/middleware'

/**
 * Aborts the signal of an exchange that has just been answered, when the answer has taken its way: a handler that fails
 * on the abort must not overtake it.
 */
export function abortAfter(x: Exchange, message: string): void {
  setTimeout(() => x.abort(new DOMException(message, 'TimeoutError')))
}
