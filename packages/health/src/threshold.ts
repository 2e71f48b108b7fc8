import { parseSize, type Size } from '@seaworthy/middleware'
import { HealthError } from './health-error.ts'

/** An amount of data, or a share of the whole, such as `'90%'`. */
export type Threshold = Size | `${number}%`

/**
 * The bytes of a threshold, once the whole is known.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` when a share is not above 0% and at most 100%.
 */
export function threshold(value: Threshold): (whole: number) => number {
  if (!isShare(value)) {
    const bytes = parseSize(value)
    return () => bytes
  }
  const percent = Number(value.slice(0, -1))
  if (percent > 0 && percent <= 100) return (whole) => (whole * percent) / 100
  throw new HealthError('ERR_HEALTH_OPTION', `Not a share: "${value}". Write more than 0% and at most 100%.`)
}

function isShare(value: Threshold): value is `${number}%` {
  return typeof value === 'string' && value.endsWith('%')
}
