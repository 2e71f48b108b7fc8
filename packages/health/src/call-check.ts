import type { CheckFunction } from './check.ts'
import { HealthError } from './health-error.ts'
import { failure, type Verdict, verdictOf } from './verdict.ts'

/** One call of a check under way. Neither promise rejects. */
export interface CheckCall {
  /** Settles at the timeout at the latest. */
  readonly verdict: Promise<Verdict>
  /** Settles when the check itself does, which may be never. */
  readonly settled: Promise<unknown>
}

/** Calls a check once. Whatever it does, its verdict is there within the timeout. */
export function callCheck(check: CheckFunction, timeout: number): CheckCall {
  const controller = new AbortController()
  const settled = call(check, controller.signal)
  const verdict = new Promise<Verdict>((resolve) => {
    const timer = setTimeout(() => {
      // A blocked event loop must not count against the dependency: its answer may lie waiting, so read that first.
      setImmediate(() => {
        resolve({ status: 'fail', output: `no answer within ${timeout} ms`, errorType: 'timeout' })
        controller.abort(new HealthError('ERR_HEALTH_TIMEOUT', `The check did not answer within ${timeout} ms.`))
      })
    }, timeout)
    void settled.then((result) => {
      clearTimeout(timer)
      return resolve(result)
    })
  })
  return { verdict, settled }
}

async function call(check: CheckFunction, signal: AbortSignal): Promise<Verdict> {
  try {
    return verdictOf(await check(signal))
  } catch (error) {
    return failure(error)
  }
}
