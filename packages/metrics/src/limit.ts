import { MetricsError } from './metrics-error.ts'

/** How many attribute sets an instrument keeps, the one for all others included: OpenTelemetry's own default. */
export const defaultLimit = 2000

/**
 * A limit that can be kept.
 *
 * @throws {MetricsError} `ERR_METRICS_LIMIT` when it is not a positive integer.
 */
export function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit > 0) return limit
  throw new MetricsError('ERR_METRICS_LIMIT', `A limit is a positive integer such as ${defaultLimit}, not ${limit}.`)
}
