import { callCheck, type CheckCall } from './call-check.ts'
import type { CheckResult } from './check-result.ts'
import type { HealthClock } from './clock.ts'
import type { DefinedCheck } from './defined-check.ts'
import type { Verdict } from './verdict.ts'

/** Keeps one check: its last result, the call under way, and its interval. */
export interface CheckRunner {
  readonly check: DefinedCheck
  /** A result that is fresh enough, from the cache or from one shared call. */
  ask(): CheckResult | Promise<CheckResult>
  /** The last result, without a call. */
  latest(): CheckResult | undefined
  /** Ends the interval. */
  close(): void
}

/** A result that has just come in. */
export interface NewResult {
  readonly result: CheckResult
  readonly previous: CheckResult | undefined
  /** Whether the check was really called. */
  readonly wasCalled: boolean
}

/** What a runner is connected to. */
export interface RunnerHost {
  readonly clock: HealthClock
  /** Surrounds each call, for example with a span. */
  around(check: DefinedCheck, call: () => CheckCall): CheckCall
  onResult(news: NewResult): void
  /** Runs a function outside of any request. */
  outside<T>(run: () => T): T
}

/** A call that ignores its signal still holds what it waits for, such as a pooled connection. More would take them all. */
const mostUnsettled = 2
/** After this long, in milliseconds, an unsettled call counts as lost: TCP itself gives up sooner. */
const lostAfter = 20 * 60_000

/** A runner of one check. */
export function checkRunner(check: DefinedCheck, host: RunnerHost): CheckRunner {
  const { clock } = host
  const unsettled = new Set<{ readonly since: number }>()
  let last: { readonly result: CheckResult; readonly at: number } | undefined
  let flight: Promise<CheckResult> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function ask(): CheckResult | Promise<CheckResult> {
    const background = check.interval !== undefined && !closed
    if (last && (background || isFresh(last.at))) return current(last)
    return start()
  }

  function start(): Promise<CheckResult> {
    return (flight ??= run().finally(again))
  }

  async function run(): Promise<CheckResult> {
    if (!mayCall()) return complete(refusal, undefined)
    const started = clock.now()
    return complete(await call(), started)
  }

  function mayCall(): boolean {
    const now = clock.now()
    for (const entry of unsettled) if (now - entry.since > check.timeout + lostAfter) unsettled.delete(entry)
    return unsettled.size < mostUnsettled
  }

  function call(): Promise<Verdict> {
    const entry = { since: clock.now() }
    unsettled.add(entry)
    const { verdict, settled } = host.around(check, () => callCheck(check.call, check.timeout))
    void settled.then(() => unsettled.delete(entry))
    return verdict
  }

  function complete(verdict: Verdict, started: number | undefined): CheckResult {
    const at = clock.now()
    const previous = last?.result
    const result = resultOf(check, verdict, at - (started ?? at), at, previous)
    last = { result, at }
    host.onResult({ result, previous, wasCalled: started !== undefined })
    return result
  }

  /** The end of a call, and in the background the beginning of the wait for the next. */
  function again(): void {
    flight = undefined
    if (check.interval === undefined || closed) return
    // The process may end while it waits.
    timer = host.outside(() => setTimeout(start, check.interval).unref())
  }

  function isFresh(at: number): boolean {
    return clock.now() - at < check.ttl
  }

  function current({ result, at }: { readonly result: CheckResult; readonly at: number }): CheckResult {
    const age = clock.now() - at
    return age > check.staleAfter ? stale(result, age) : result
  }

  return {
    check,
    ask,
    latest: () => last && current(last),
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

const refusal: Verdict = {
  status: 'fail',
  output: `not asked: ${mostUnsettled} earlier calls ignored their signal and have not settled yet`,
  errorType: 'unsettled',
}

function resultOf(
  { name, kind, gates, componentType }: DefinedCheck,
  { status, output, observedValue, observedUnit }: Verdict,
  took: number,
  now: number,
  previous: CheckResult | undefined,
): CheckResult {
  const durationMs = Math.round(took * 1000) / 1000
  const time = new Date(now).toISOString()
  return Object.freeze({
    name,
    kind,
    gates,
    componentType,
    status,
    ...(output !== undefined && { output }),
    ...(observedValue === undefined
      ? { observedValue: durationMs, observedUnit: 'ms' }
      : { observedValue, ...(observedUnit !== undefined && { observedUnit }) }),
    durationMs,
    time,
    since: previous?.status === status ? previous.since : time,
  })
}

function stale(result: CheckResult, age: number): CheckResult {
  return { ...result, status: 'fail', output: `the last result is ${Math.round(age / 1000)} s old` }
}
