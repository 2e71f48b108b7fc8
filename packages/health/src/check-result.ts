import type { CheckGate, CheckKind, CheckStatus, ComponentType, Measurement } from './check.ts'

/** How one check stands. */
export interface CheckResult {
  readonly name: string
  readonly kind: CheckKind
  readonly gates: readonly CheckGate[]
  readonly componentType: ComponentType
  readonly status: CheckStatus
  /** Why it does not pass: one line, without secrets. */
  readonly output?: string
  /** What the check measured; where it measured nothing, how long the call took. */
  readonly observedValue: NonNullable<Measurement['observedValue']>
  readonly observedUnit?: string
  /** How long the call took, in milliseconds. */
  readonly durationMs: number
  /** When the call ended: ISO 8601, UTC. */
  readonly time: string
  /** When the check took this status: ISO 8601, UTC. */
  readonly since: string
}

/** A check that changed. */
export interface HealthChange {
  readonly name: string
  /** `undefined` for a check whose first result does not pass. */
  readonly from: CheckStatus | undefined
  readonly to: CheckStatus
  readonly result: CheckResult
}
