import { TelemetryError } from './telemetry-error.ts'

// OpenTelemetry's API has one place for each provider in a process, so a second start could only half succeed.
const claim = Symbol.for('seaworthy.telemetry')

/**
 * Claims this process for one `startTelemetry`, across installed copies of this package.
 *
 * @returns What gives the claim back.
 * @throws {TelemetryError} `ERR_TELEMETRY_STARTED` when it is claimed already.
 */
export function claimProcess(): () => void {
  if (Reflect.get(globalThis, claim) === true) {
    throw new TelemetryError(
      'ERR_TELEMETRY_STARTED',
      'Telemetry runs in this process already: call startTelemetry() once, or await shutdown() before the next.',
    )
  }
  Reflect.set(globalThis, claim, true)
  return () => void Reflect.deleteProperty(globalThis, claim)
}
