import { MetricsError } from './metrics-error.ts'

/** The boundaries of OpenTelemetry's HTTP duration histograms, in seconds. */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** The boundaries of a histogram that OpenTelemetry uses where nothing is said. */
export const defaultBuckets: readonly number[] = [
  0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000,
]

/** Boundaries for the sizes of bodies, in bytes: powers of four from 256 B to 64 MiB. */
export const sizeBuckets: readonly number[] = Array.from({ length: 10 }, (_, i) => 256 * 4 ** i)

/**
 * A copy of boundaries that a histogram can have.
 *
 * @throws {MetricsError} `ERR_METRICS_BUCKETS` when they do not rise, or are not finite.
 */
export function checkBuckets(boundaries: readonly number[]): number[] {
  const rising = boundaries.every(
    (boundary, i) => Number.isFinite(boundary) && !(boundary <= (boundaries[i - 1] ?? -Infinity)),
  )
  if (rising && boundaries.length > 0) return [...boundaries]
  throw new MetricsError(
    'ERR_METRICS_BUCKETS',
    `Buckets are rising finite numbers such as [0.1, 0.5, 1], not [${boundaries.join(', ')}].`,
  )
}
