import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type JwtErrorCode =
  | 'ERR_JWT_ALGORITHM'
  | 'ERR_JWT_DISCOVERY'
  | 'ERR_JWT_ISSUER'
  | 'ERR_JWT_JWKS'
  | 'ERR_JWT_KEY'
  | 'ERR_JWT_OPTION'
  | 'ERR_JWT_URL'

/** The error of this package. Branch on its `code`. */
export class JwtError extends SeaworthyError<JwtErrorCode> {}
