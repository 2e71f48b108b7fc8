import type { Sampler } from '@opentelemetry/sdk-trace'
import { rootSampler } from './root-sampler.ts'
import { TelemetryError } from './telemetry-error.ts'

/** Settings of {@link rateLimited}. */
export interface RateLimitedOptions {
  /** Traces a second on average; decimals are allowed, `0.1` is six a minute. */
  readonly perSecond: number
  /** Traces at once after a quiet time. @default `perSecond`, at least 1 */
  readonly burst?: number
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly clock?: () => number
}

/**
 * A sampler that starts at most so many traces a second, whatever the load. A span with a parent follows its parent,
 * so a trace is whole or absent.
 *
 * @throws {TelemetryError} `ERR_TELEMETRY_OPTION` when a number is not above 0, or `burst` is under 1.
 */
export function rateLimited({ perSecond, burst, clock = () => performance.now() }: RateLimitedOptions): Sampler {
  if (!(perSecond > 0) || !Number.isFinite(perSecond)) {
    throw new TelemetryError('ERR_TELEMETRY_OPTION', 'rateLimited: write a perSecond above 0, such as 10 or 0.5.')
  }
  const full = burst ?? Math.max(1, perSecond)
  if (!(full >= 1) || !Number.isFinite(full)) {
    throw new TelemetryError('ERR_TELEMETRY_OPTION', 'rateLimited: write a burst of at least 1, or leave it out.')
  }
  let tokens = full
  let last = clock()
  return rootSampler(`RateLimited{${perSecond}}`, () => {
    const now = clock()
    tokens = Math.min(full, tokens + ((now - last) * perSecond) / 1000)
    last = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  })
}
