import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type HealthErrorCode =
  | 'ERR_HEALTH_CHECK'
  | 'ERR_HEALTH_CHECK_NAME'
  | 'ERR_HEALTH_OPTION'
  | 'ERR_HEALTH_TIMEOUT'
  | 'ERR_HEALTH_UNKNOWN_CHECK'

/** The error of this package. Branch on its `code`. */
export class HealthError extends SeaworthyError<HealthErrorCode> {}
