import type { MaybePromise } from '@seaworthy/middleware'

/** Whether a value has to be waited for. What need not be costs nothing then. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
