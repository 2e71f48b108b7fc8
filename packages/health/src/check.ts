import type { Duration } from '@seaworthy/middleware'

/** How a check stands, in the words of draft-inadarei-api-health-check-06. */
export type CheckStatus = 'pass' | 'warn' | 'fail'

/**
 * What a failure means for `/healthz`: `critical` makes it 503, `degraded` leaves it 200 with the status `warn`,
 * `informational` is only shown.
 */
export type CheckKind = 'critical' | 'degraded' | 'informational'

/** A probe that a failing check turns to 503: `/readyz` or `/startupz`. */
export type CheckGate = 'ready' | 'startup'

/** What sort of thing is checked, in the words of draft-inadarei-api-health-check-06 §4.3. */
export type ComponentType = 'component' | 'datastore' | 'system'

/**
 * Asks one dependency. It fails when it throws or rejects, or gives `false`, an Error, an unsuccessful `Response`,
 * `'fail'` or a {@link Measurement} that says so; `'warn'` warns; all else passes.
 *
 * The signal aborts at the timeout: pass it on, so that nothing is left running.
 */
export type CheckFunction = (signal: AbortSignal) => unknown

/** What a check may return to say more than pass or fail. */
export interface Measurement {
  readonly status: CheckStatus
  /** Why it does not pass, for people. Secrets in it are redacted. */
  readonly output?: string
  /** What was measured. */
  readonly observedValue?: number | string | boolean
  /** The unit of the value, such as `ms` or `bytes`. */
  readonly observedUnit?: string
}

/** A check made by this package: a {@link CheckFunction} that knows a few of its own settings. */
export interface BuiltInCheck extends CheckFunction {
  readonly componentType: ComponentType
  /** Used where the check's own definition gives none. */
  readonly timeout?: Duration
}

/** A check with settings of its own. */
export interface Check {
  readonly check: CheckFunction
  /** What a failure means for `/healthz`. @default 'critical' */
  readonly kind?: CheckKind
  /** The probes that a failure turns to 503. @default [] */
  readonly gates?: readonly CheckGate[]
  /** How long a call may take. @default the common `timeout` */
  readonly timeout?: Duration
  /** Calls the check this often in the background; probes then only read the last result. @default on demand */
  readonly interval?: Duration
  /** What sort of thing is checked. @default what a built-in check says of itself, else 'component' */
  readonly componentType?: ComponentType
}

/** Gives a check function its built-in settings. */
export function builtInCheck(check: CheckFunction, componentType: ComponentType, timeout?: Duration): BuiltInCheck {
  return Object.assign(check, timeout === undefined ? { componentType } : { componentType, timeout })
}
