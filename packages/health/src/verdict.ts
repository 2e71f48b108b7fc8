import type { CheckStatus, Measurement } from './check.ts'
import { errorText, errorType } from './error-text.ts'

/** What one call of a check came to. */
export interface Verdict {
  readonly status: CheckStatus
  readonly output?: string
  readonly observedValue?: Measurement['observedValue']
  readonly observedUnit?: string
  /** The class of the failure, for telemetry. */
  readonly errorType?: string
}

/** What a returned value says. */
export function verdictOf(value: unknown): Verdict {
  if (value === false) return { status: 'fail', output: 'it returned false', errorType: 'false' }
  if (value instanceof Error) return failure(value)
  if (isStatus(value)) return { status: value }
  if (typeof value !== 'object' || value === null) return { status: 'pass' }
  if ('status' in value && isStatus(value.status)) return measured(value.status, value)
  // A Response of fetch: an answer is not yet a success.
  if ('ok' in value && value.ok === false) return unsuccessful('status' in value ? value.status : undefined)
  return { status: 'pass' }
}

/** What a thrown value says. */
export function failure(error: unknown): Verdict {
  return { status: 'fail', output: errorText(error), errorType: errorType(error) }
}

function measured(status: CheckStatus, value: object): Verdict {
  const { output, observedValue, observedUnit }: Record<string, unknown> = { ...value }
  return {
    status,
    ...(typeof output === 'string' && output !== '' && { output: errorText({ message: output }) }),
    ...(isScalar(observedValue) && { observedValue }),
    ...(typeof observedUnit === 'string' && { observedUnit }),
    ...(status === 'fail' && { errorType: 'reported' }),
  }
}

function unsuccessful(status: unknown): Verdict {
  return { status: 'fail', output: `it was answered ${String(status)}`, errorType: String(status) }
}

function isStatus(value: unknown): value is CheckStatus {
  return value === 'pass' || value === 'warn' || value === 'fail'
}

function isScalar(value: unknown): value is number | string | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}
