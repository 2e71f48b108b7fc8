import { type Duration, parseDuration } from '@seaworthy/middleware'
import type { BuiltInCheck, Check, CheckFunction, CheckGate, CheckKind, ComponentType } from './check.ts'
import { HealthError } from './health-error.ts'

/** A check with every setting resolved; lengths of time in milliseconds. */
export interface DefinedCheck {
  readonly name: string
  readonly call: CheckFunction
  readonly kind: CheckKind
  readonly gates: readonly CheckGate[]
  readonly timeout: number
  readonly ttl: number
  readonly interval: number | undefined
  readonly staleAfter: number
  readonly componentType: ComponentType
}

/** What holds for every check that does not say otherwise. */
export interface CheckDefaults {
  readonly timeout: Duration
  readonly ttl: Duration
  readonly staleAfter: Duration | undefined
}

const kinds: readonly string[] = ['critical', 'degraded', 'informational'] satisfies CheckKind[]
const gates: readonly string[] = ['ready', 'startup'] satisfies CheckGate[]
const longestTimer = 2 ** 31 - 1

/**
 * Resolves the settings of a check.
 *
 * @throws {HealthError} `ERR_HEALTH_CHECK_NAME` or `ERR_HEALTH_CHECK` when something in it cannot be kept.
 */
export function defineCheck(name: string, given: Check | CheckFunction, defaults: CheckDefaults): DefinedCheck {
  const check: Check = typeof given === 'function' ? { check: given } : given
  assertName(name)
  assertShape(name, check)
  const builtIn = isBuiltIn(check.check) ? check.check : undefined
  const timeout = timer(name, 'timeout', check.timeout ?? builtIn?.timeout ?? defaults.timeout)
  const interval = check.interval === undefined ? undefined : timer(name, 'interval', check.interval)
  const ttl = parseDuration(defaults.ttl)
  return Object.freeze({
    name,
    call: check.check,
    kind: check.kind ?? 'critical',
    gates: Object.freeze([...(check.gates ?? [])]),
    timeout,
    ttl,
    interval,
    staleAfter: staleAfter(name, defaults.staleAfter, timeout, interval ?? ttl, interval !== undefined),
    componentType: check.componentType ?? builtIn?.componentType ?? 'component',
  })
}

function isBuiltIn(check: CheckFunction): check is BuiltInCheck {
  return 'componentType' in check
}

function assertName(name: string): void {
  // The name is a segment of a path, and draft-inadarei-api-health-check-06 §4 forbids colons.
  if (/^[a-z0-9][\w.-]*$/i.test(name)) return
  const cure = 'Use letters, digits, "-", "_" and ".", beginning with a letter or a digit, such as "orders-db".'
  throw new HealthError('ERR_HEALTH_CHECK_NAME', `Not a name for a check: ${JSON.stringify(name)}. ${cure}`)
}

function assertShape(name: string, check: Check): void {
  if (typeof check !== 'object' || check === null || typeof check.check !== 'function') {
    throw invalid(name, 'it is not a function. Write `async (signal) => …`, or `{ check: async (signal) => … }`.')
  }
  if (check.kind !== undefined && !kinds.includes(check.kind)) {
    throw invalid(name, `the kind ${JSON.stringify(check.kind)} does not exist. Write one of ${kinds.join(', ')}.`)
  }
  const unknown = check.gates?.find((gate) => !gates.includes(gate))
  if (unknown !== undefined) {
    const cure = `Write "ready" or "startup"; no check can gate /livez.`
    throw invalid(name, `the gate ${JSON.stringify(unknown)} does not exist. ${cure}`)
  }
}

function timer(name: string, setting: string, value: Duration): number {
  const ms = parseDuration(value)
  if (ms > 0 && ms <= longestTimer) return ms
  throw invalid(name, `its ${setting} is ${ms} ms. Write more than 0 and at most 24 days.`)
}

function staleAfter(
  name: string,
  given: Duration | undefined,
  timeout: number,
  period: number,
  background: boolean,
): number {
  // A result read on demand is asked for again after the TTL: it grows old only where nobody asks.
  if (given === undefined) return background ? 3 * period + timeout : Infinity
  const ms = parseDuration(given)
  if (ms > period + timeout) return ms
  const least = `its ${background ? 'interval' : 'ttl'} and timeout together (${period + timeout} ms)`
  throw invalid(name, `staleAfter (${ms} ms) would call good results stale. Write more than ${least}.`)
}

function invalid(name: string, what: string): HealthError {
  return new HealthError('ERR_HEALTH_CHECK', `The check "${name}" cannot be used: ${what}`)
}
