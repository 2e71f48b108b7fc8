import { RateLimitError } from './rate-limit-error.ts'
import type { RemoteStore, StoreReading } from './store.ts'

/** Milliseconds after which a store that does not answer is asked again. */
const retryInterval = 1_000

/**
 * Asks a remote store, which answers or rejects within its timeout, whatever happens to it.
 *
 * After a call that was late, and until one has settled, others do not wait as well: they reject at once, save for one
 * a second. This bounds what piles up in the client of a store that is gone, and spares each request the wait.
 */
export function askStore(store: RemoteStore): RemoteStore['take'] {
  let isLate = false
  let nextTry = 0

  function late(): void {
    isLate = true
    nextTry = performance.now() + retryInterval
  }

  return async (subject, quotas, cost) => {
    if (isLate && performance.now() < nextTry) throw lateAnswer(store.timeout)
    if (isLate) nextTry = performance.now() + retryInterval
    const answer = call(store, subject, quotas, cost).finally(() => (isLate = false))
    return withinTimeout(answer, store.timeout, late)
  }
}

/** A store that throws instead of rejecting is treated alike. */
async function call(store: RemoteStore, ...asked: Parameters<RemoteStore['take']>): Promise<StoreReading> {
  return store.take(...asked)
}

function withinTimeout(answer: Promise<StoreReading>, timeout: number, late: () => void): Promise<StoreReading> {
  return new Promise((resolve, reject) => {
    let isSettled = false
    const timer = setTimeout(() => {
      // A blocked event loop must not count against the store: its answer may lie waiting, so read that first.
      setImmediate(() => {
        if (isSettled) return
        late()
        reject(lateAnswer(timeout))
      })
    }, timeout)
    function settle(): void {
      isSettled = true
      clearTimeout(timer)
    }
    answer.finally(settle).then(resolve, reject)
  })
}

function lateAnswer(timeout: number): RateLimitError {
  return new RateLimitError('ERR_RATE_LIMIT_TIMEOUT', `The store did not answer within ${timeout} ms.`)
}
