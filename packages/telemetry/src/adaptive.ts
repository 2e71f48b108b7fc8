import type { Sampler } from '@opentelemetry/sdk-trace'
import { rootSampler } from './root-sampler.ts'
import { TelemetryError } from './telemetry-error.ts'

/** Settings of {@link adaptive}. */
export interface AdaptiveOptions {
  /** Traces a second to aim for. @default 2 */
  readonly maxPerSecond?: number
  /** Requests after which the rate is worked out anew. @default 10 */
  readonly sampleSize?: number
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly clock?: () => number
  /** A number from 0 up to but not including 1. @default Math.random */
  readonly random?: () => number
}

/** A rate is a number of ten-thousandths. */
const EVERY = 10_000

/**
 * The adaptive sampler of Clue: it samples a share of the requests, and works the share out anew after every
 * `sampleSize` of them, from how long they took to come. A span with a parent follows its parent.
 *
 * The share never goes under one in 10,000, so `maxPerSecond` holds up to 10,000 times as many requests a second.
 *
 * @throws {TelemetryError} `ERR_TELEMETRY_OPTION` when `maxPerSecond` is not above 0, or `sampleSize` is not a whole
 *   number of at least 1.
 */
export function adaptive(options: AdaptiveOptions = {}): Sampler {
  const { maxPerSecond = 2, sampleSize = 10, clock = () => performance.now(), random = Math.random } = options
  if (!(maxPerSecond > 0) || !Number.isFinite(maxPerSecond)) {
    throw new TelemetryError('ERR_TELEMETRY_OPTION', 'adaptive: write a maxPerSecond above 0, such as 2.')
  }
  if (!Number.isSafeInteger(sampleSize) || sampleSize < 1) {
    throw new TelemetryError('ERR_TELEMETRY_OPTION', 'adaptive: write a sampleSize that is a whole number from 1 up.')
  }
  let rate = EVERY
  let counter = 0
  let start = clock()
  return rootSampler(`Adaptive{${maxPerSecond},${sampleSize}}`, () => {
    counter += 1
    if (counter === sampleSize) {
      const now = clock()
      const perSecond = sampleSize / ((now - start) / 1000)
      counter = 0
      rate = Math.min(EVERY, Math.max(1, Math.trunc((maxPerSecond * EVERY) / perSecond)))
      start = now
    }
    return rate === EVERY || Math.floor(random() * EVERY) < rate
  })
}
