import { SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { parseDuration } from '@seaworthy/middleware'
import { TelemetryError } from './telemetry-error.ts'
import type { KeepOptions } from './telemetry-options.ts'

const DEFAULT_MAX_SPANS = 10_000

/** What `traces.keep` asks for, checked once. */
export interface KeepPolicy {
  /** Whether a local root ended so that its trace is kept. */
  isBad(root: ReadableSpan): boolean
  readonly maxSpans: number
}

/**
 * Reads `traces.keep`.
 *
 * @throws {TelemetryError} `ERR_TELEMETRY_OPTION` when nothing would ever be kept, or `maxSpans` is not a whole number
 *   of at least 1.
 */
export function keepPolicy(options: KeepOptions): KeepPolicy {
  const { errors = true, slowerThan = '1s', maxSpans = DEFAULT_MAX_SPANS } = options
  const slow = slowerThan === false ? Infinity : parseDuration(slowerThan)
  if (!errors && slow === Infinity) {
    throw new TelemetryError(
      'ERR_TELEMETRY_OPTION',
      'traces.keep keeps nothing: leave it out, or keep errors or slow traces.',
    )
  }
  if (!Number.isSafeInteger(maxSpans) || maxSpans < 1) {
    throw new TelemetryError('ERR_TELEMETRY_OPTION', 'traces.keep: write a maxSpans that is a whole number from 1 up.')
  }
  return {
    maxSpans,
    isBad: ({ status, duration: [seconds, nanos] }) =>
      (errors && status.code === SpanStatusCode.ERROR) || seconds * 1000 + nanos / 1e6 >= slow,
  }
}
