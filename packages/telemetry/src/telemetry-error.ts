import { SeaworthyError } from '@seaworthy/middleware'

/**
 * What {@link TelemetryError} can say: an option that cannot be used (`ERR_TELEMETRY_OPTION`), or telemetry that
 * already runs in this process (`ERR_TELEMETRY_STARTED`).
 */
export type TelemetryErrorCode = 'ERR_TELEMETRY_OPTION' | 'ERR_TELEMETRY_STARTED'

/** Telemetry was set up in a way that cannot work. Nothing that happens while a service runs throws it. */
export class TelemetryError extends SeaworthyError<TelemetryErrorCode> {}
