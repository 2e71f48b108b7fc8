import type { Duration } from '@seaworthy/middleware'
import type { HealthDetails } from './answer-probe.ts'
import type { Check, CheckFunction } from './check.ts'
import type { HealthClock } from './clock.ts'
import { HealthError } from './health-error.ts'
import type { HealthPaths } from './health-paths.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { HealthFormat } from './negotiate-format.ts'
import type { HealthLogger } from './transition-log.ts'

/** Settings of `health()`. */
export interface HealthOptions {
  /** The version of the service, shown in every answer. */
  readonly version?: string
  /** What the service depends on, by name. Names are segments of paths: letters, digits, `-`, `_` and `.`. */
  readonly checks?: Readonly<Record<string, Check | CheckFunction>>
  /** How long a call of a check may take. It is under the 1 s that Kubernetes waits for a probe. @default '800ms' */
  readonly timeout?: Duration
  /** How long a result is used again. 0: only calls under way are shared. @default '1s' */
  readonly ttl?: Duration
  /**
   * A result older than this counts as failed.
   *
   * @default three intervals and a timeout for a check with an interval; no limit for one on demand
   */
  readonly staleAfter?: Duration
  /** Makes `/readyz` and `/startupz` follow the life cycle: what `shutdown()` returns. */
  readonly lifecycle?: Lifecycle
  readonly paths?: HealthPaths
  /** Who sees error texts, values and times. @default 'never' */
  readonly details?: HealthDetails
  /** The form of an answer where `Accept` names none. @default 'health+json' */
  readonly format?: HealthFormat
  /** Where transitions are written; `false` for nowhere. @default standard error */
  readonly logger?: HealthLogger | false
  /** Where the time comes from. @default a clock of the machine that never goes back */
  readonly clock?: HealthClock
}

const formats: readonly string[] = ['health+json', 'clue', 'text'] satisfies HealthFormat[]
const states: readonly string[] = ['starting', 'ready', 'draining', 'closing', 'stopped'] satisfies Lifecycle['state'][]

/**
 * Refuses what could only go wrong later.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` with what to write instead.
 */
export function assertHealthOptions({ version, details, format, lifecycle, logger }: HealthOptions): void {
  if (version !== undefined && typeof version !== 'string') throw invalid('version', 'Write it as a string.')
  if (details !== undefined && details !== 'never' && details !== 'always' && typeof details !== 'function') {
    throw invalid('details', 'Write "never", "always" or a function of the exchange, such as isLoopback.')
  }
  if (format !== undefined && !formats.includes(format)) {
    throw invalid('format', `Write one of ${formats.map((name) => `"${name}"`).join(', ')}.`)
  }
  if (lifecycle !== undefined && !states.includes(lifecycle?.state)) {
    throw invalid('lifecycle', 'Pass what shutdown() returned, or an object with a `state`.')
  }
  if (logger !== undefined && logger !== false && !isLogger(logger)) {
    throw invalid('logger', 'Pass an object with `info` and `warn`, or false.')
  }
}

function isLogger(logger: HealthLogger): boolean {
  return typeof logger?.info === 'function' && typeof logger.warn === 'function'
}

function invalid(option: string, cure: string): HealthError {
  return new HealthError('ERR_HEALTH_OPTION', `The option "${option}" cannot be used. ${cure}`)
}
