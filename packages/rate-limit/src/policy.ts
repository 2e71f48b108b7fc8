import { type Duration, parseDuration } from '@seaworthy/middleware'
import { invalidOption } from './rate-limit-error.ts'

/** A quota over a window, as it is announced to clients. */
export interface RateLimitPolicy {
  /** Names the policy in headers and in refusals: letters, digits, `-`, `_` and `.`. */
  readonly name: string
  /** How many units come back in one window. */
  readonly limit: number
  /** The length of the window, in whole seconds. */
  readonly window: Duration
  /** How many units can be used at once. @default the limit */
  readonly burst?: number
}

/** A policy in the units that stores count in. */
export interface Quota {
  readonly name: string
  /** Names the counter within a key. It has the window, as levels of another window could not be compared. */
  readonly id: string
  /** How much a level sinks in a millisecond. */
  readonly limit: number
  /** Milliseconds, and how much one unit raises a level. */
  readonly window: number
  readonly burst: number
  /** The highest level: `burst * window`. */
  readonly capacity: number
}

/** A structured field carries integers of at most 15 digits (RFC 9651 §3.3.1). */
const highest = 1_000_000_000_000
const namePattern = /^[\w.-]{1,64}$/

/** Whether text can stand in headers, keys of stores and attributes of metrics as it is. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && namePattern.test(value)
}

/**
 * Checks the policies of a limiter, and computes what does not change from request to request.
 *
 * @throws {RateLimitError} `ERR_RATE_LIMIT_OPTION` when one of them cannot be kept.
 */
export function quotasOf(policies: readonly RateLimitPolicy[]): readonly Quota[] {
  if (!Array.isArray(policies) || policies.length === 0) {
    throw invalidOption('policies', "Write at least one, such as { name: 'per-minute', limit: 100, window: '1m' }.")
  }
  const quotas = policies.map(quotaOf)
  const twice = quotas.find(({ name }, index) => quotas.findIndex((each) => each.name === name) !== index)
  if (twice) throw invalidOption('policies', `Two of them are named "${twice.name}": give each a name of its own.`)
  return quotas
}

function quotaOf({ name, limit, window: length, burst = limit }: RateLimitPolicy): Quota {
  if (!isName(name)) throw invalidOption('policies[].name', 'Use 1 to 64 letters, digits, "-", "_" and ".".')
  assertUnits('limit', limit)
  assertUnits('burst', burst)
  const window = parseDuration(length)
  if (window < 1_000 || window % 1_000 !== 0) {
    throw invalidOption('policies[].window', "Use whole seconds, such as '1s', '1m' or '24h'.")
  }
  const capacity = burst * window
  if (!Number.isSafeInteger(capacity)) {
    throw invalidOption('policies[].burst', 'Burst times window is too much to count exactly: use a shorter window.')
  }
  return { name, id: `${name}:${window}`, limit, window, burst, capacity }
}

function assertUnits(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= highest) return
  throw invalidOption(`policies[].${option}`, `Use a whole number from 1 to ${highest}.`)
}
