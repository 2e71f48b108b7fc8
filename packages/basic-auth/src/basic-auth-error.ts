import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type BasicAuthErrorCode =
  | 'ERR_BASIC_AUTH_HASH'
  | 'ERR_BASIC_AUTH_HTPASSWD'
  | 'ERR_BASIC_AUTH_NATIVE'
  | 'ERR_BASIC_AUTH_OPTION'
  | 'ERR_BASIC_AUTH_PASSWORD'
  | 'ERR_BASIC_AUTH_REALM'
  | 'ERR_BASIC_AUTH_SOURCE'
  | 'ERR_BASIC_AUTH_USER'

/** The error of this package. Branch on its `code`. Its message has no password and no hash. */
export class BasicAuthError extends SeaworthyError<BasicAuthErrorCode> {}
