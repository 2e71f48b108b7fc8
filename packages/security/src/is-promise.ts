import type { MaybePromise } from '@seaworthy/middleware'

/** Whether a value must be waited for. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
