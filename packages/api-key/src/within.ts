import { ApiKeyError } from './api-key-error.ts'

/** The answer of a store, or a rejection with `ERR_API_KEY_STORE` when it fails, or does not come in time. */
export function within<T>(answer: Promise<T>, timeout: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // A blocked event loop must not count against the store: its answer may lie waiting, so read that first.
      setImmediate(() => reject(storeFailed(`did not answer within ${timeout} ms`)))
    }, timeout)
    answer.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (cause: unknown) => {
        clearTimeout(timer)
        reject(storeFailed('failed', cause))
      },
    )
  })
}

/** The error for a store that is down. */
export function storeFailed(how: string, cause?: unknown): ApiKeyError {
  return new ApiKeyError('ERR_API_KEY_STORE', `The store of API keys ${how}.`, { cause })
}
