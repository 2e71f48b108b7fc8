import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type SecurityErrorCode =
  | 'ERR_OTHER_POLICY'
  | 'ERR_SECURITY_CHALLENGE'
  | 'ERR_SECURITY_OPTION'
  | 'ERR_SECURITY_REQUIREMENT'
  | 'ERR_SECURITY_SCHEME'
  | 'ERR_SECURITY_SCOPE'
  | 'ERR_SECURITY_UNCOVERED'

/** The error of this package. Branch on its `code`. */
export class SecurityError extends SeaworthyError<SecurityErrorCode> {}
