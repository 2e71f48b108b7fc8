import { AsyncLocalStorage } from 'node:async_hooks'
import { context } from '@opentelemetry/api'
import type { MaybePromise } from '@seaworthy/middleware'
import { checkMetrics } from './check-metrics.ts'
import type { CheckResult, HealthChange } from './check-result.ts'
import { checkRunner, type NewResult, type RunnerHost } from './check-runner.ts'
import { withCheckSpan } from './check-span.ts'
import type { HealthClock } from './clock.ts'
import type { DefinedCheck } from './defined-check.ts'

/** All checks of a service. */
export interface CheckBoard {
  readonly checks: readonly DefinedCheck[]
  /** A result of each check that is wanted, all asked at once; at once where every result is fresh. */
  ask(wanted: (check: DefinedCheck) => boolean): MaybePromise<readonly CheckResult[]>
  /** The last results, without a call; a check that was never asked has none. */
  latest(): readonly CheckResult[]
  /** Ends the intervals and the metrics. */
  close(): void
}

/** Puts the checks together with what they are measured by. */
export function checkBoard(
  checks: readonly DefinedCheck[],
  clock: HealthClock,
  onChange: (change: HealthChange) => void,
): CheckBoard {
  // A call is shared by many requests and outlives each: none of them may lend it its exchange.
  const outside: RunnerHost['outside'] = AsyncLocalStorage.snapshot()
  const metrics = checkMetrics(latest)
  const runners = checks.map((check) => checkRunner(check, { clock, outside, around, onResult }))

  function around(check: DefinedCheck, call: Parameters<RunnerHost['around']>[1]): ReturnType<RunnerHost['around']> {
    const parent = context.active()
    return outside(() => withCheckSpan(check, parent, call))
  }

  function onResult({ result, previous, wasCalled }: NewResult): void {
    if (wasCalled) metrics.recordCall(result)
    if ((previous?.status ?? 'pass') === result.status) return
    metrics.recordTransition(result)
    onChange({ name: result.name, from: previous?.status, to: result.status, result })
  }

  function latest(): readonly CheckResult[] {
    return runners.map((runner) => runner.latest()).filter((result) => result !== undefined)
  }

  return {
    checks,
    ask(wanted) {
      const results = runners.filter(({ check }) => wanted(check)).map((runner) => runner.ask())
      return results.every(isKnown) ? results : Promise.all(results)
    },
    latest,
    close() {
      for (const runner of runners) runner.close()
      metrics.close()
    },
  }
}

function isKnown(result: MaybePromise<CheckResult>): result is CheckResult {
  return 'status' in result
}
