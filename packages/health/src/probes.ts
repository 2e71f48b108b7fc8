import type { MaybePromise } from '@seaworthy/middleware'
import type { CheckBoard } from './check-board.ts'
import type { CheckGate, CheckStatus } from './check.ts'
import type { CheckResult } from './check-result.ts'
import type { HealthClock } from './clock.ts'
import type { Lifecycle } from './lifecycle.ts'
import { lifecycleNotes, lifecycleStatus, type Report, statusForHealth, worst } from './report.ts'

/** The questions a service is asked about its health. */
export interface Probes {
  /** The process alone: that it answers, and that it has not come to its end. Never a dependency. */
  live(): Report
  /** The life cycle, and the checks that gate it. */
  ready(): MaybePromise<Report>
  /** The life cycle and the checks that gate it, until they first agree; from then on it passes. */
  startup(): MaybePromise<Report>
  /** Everything, weighed by the kinds of the checks. */
  health(): MaybePromise<Report>
  /** One check, as it stands, whatever its kind. */
  check(name: string): MaybePromise<Report>
  /** What is known of everything, without a call. */
  known(): Report
}

/** What the probes look at. */
export interface ProbesOptions {
  readonly board: CheckBoard
  readonly clock: HealthClock
  readonly version: string | undefined
  readonly lifecycle: Lifecycle | undefined
}

/** Answers the probes of one service. */
export function createProbes({ board, clock, version, lifecycle }: ProbesOptions): Probes {
  const started = clock.now()
  let hasStarted = false

  function report(status: CheckStatus, results: readonly CheckResult[] = []): Report {
    return {
      status,
      version,
      uptime: Math.floor((clock.now() - started) / 1000),
      time: new Date(clock.now()).toISOString(),
      lifecycle: lifecycle?.state,
      notes: lifecycleNotes(lifecycle),
      checks: Object.fromEntries(results.map((result) => [result.name, result])),
    }
  }

  function gated(gate: CheckGate): MaybePromise<readonly CheckResult[]> {
    return board.ask(({ gates }) => gates.includes(gate))
  }

  function asTheyStand(results: readonly CheckResult[]): Report {
    return report(worst(results.map(({ status }) => status)), results)
  }

  function weighed(results: readonly CheckResult[]): Report {
    return report(worst([...results.map(statusForHealth), lifecycleStatus(lifecycle)]), results)
  }

  function isReady(): boolean {
    return lifecycle === undefined || lifecycle.state === 'ready'
  }

  return {
    live: () => report(lifecycle?.state === 'stopped' ? 'fail' : 'pass'),
    ready() {
      if (!isReady()) return report('fail')
      // The life cycle may have begun to drain while the checks were asked.
      return then(gated('ready'), (results) => (isReady() ? asTheyStand(results) : report('fail', results)))
    },
    startup() {
      if (hasStarted) return report('pass')
      if (!isReady()) return report('fail')
      return then(gated('startup'), (results) => {
        const answer = asTheyStand(results)
        hasStarted ||= answer.status !== 'fail'
        return answer
      })
    },
    health: () =>
      then(
        board.ask(() => true),
        weighed,
      ),
    check: (wanted) =>
      then(
        board.ask(({ name }) => name === wanted),
        asTheyStand,
      ),
    known: () => weighed(board.latest()),
  }
}

/** Goes on at once where the value is already there. */
function then<T, R>(value: MaybePromise<T>, use: (value: T) => R): MaybePromise<R> {
  return value instanceof Promise ? value.then(use) : use(value)
}
