import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Duration, parseDuration } from '@seaworthy/middleware'
import { type BuiltInCheck, builtInCheck, type Measurement } from './check.ts'
import { HealthError } from './health-error.ts'

/** Settings of {@link eventLoopCheck}. */
export interface EventLoopCheckOptions {
  /** The delay from which the check fails, at the 99th percentile of the time since the last call. */
  readonly p99: Duration
}

const resolution = 10

/**
 * Checks that the event loop is not held up. It measures from its creation on, each call the time since the one before.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` when the delay is 0.
 */
export function eventLoopCheck({ p99 }: EventLoopCheckOptions): BuiltInCheck {
  const limit = parseDuration(p99)
  if (limit === 0) throw new HealthError('ERR_HEALTH_OPTION', 'eventLoopCheck needs a p99 above 0, such as "100ms".')
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return builtInCheck(check, 'system')

  function check(): Measurement {
    const delay = histogram.count === 0 ? 0 : delayOf(histogram.percentile(99))
    histogram.reset()
    const observed = { observedValue: delay, observedUnit: 'ms' }
    if (delay < limit) return { status: 'pass', ...observed }
    return { status: 'fail', output: `the event loop was late by ${delay} ms at p99`, ...observed }
  }
}

/** Node's samples contain the wait between two of them, Bun's only the delay. In milliseconds. */
function delayOf(nanoseconds: number): number {
  const sampled = nanoseconds / 1e6 - ('Bun' in globalThis ? 0 : resolution)
  return Math.max(0, Math.round(sampled * 10) / 10)
}
