import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type OAuth2ErrorCode =
  | 'ERR_OAUTH2_DISCOVERY'
  | 'ERR_OAUTH2_INSECURE_TRANSPORT'
  | 'ERR_OAUTH2_LOGIN_ENDED'
  | 'ERR_OAUTH2_NO_SESSION'
  | 'ERR_OAUTH2_OPTION'
  | 'ERR_OAUTH2_REFUSED'
  | 'ERR_OAUTH2_RESPONSE'
  | 'ERR_OAUTH2_SESSION_SIZE'
  | 'ERR_OAUTH2_STORE'
  | 'ERR_OAUTH2_UNAVAILABLE'

/** What an {@link OAuth2Error} tells besides its code. */
export interface OAuth2ErrorDetails {
  readonly cause?: unknown
  /** The provider's own word (RFC 6749 §5.2). */
  readonly error?: string
  /** Milliseconds. */
  readonly retryAfter?: number
}

/** The error of this package. Branch on its `code`. */
export class OAuth2Error extends SeaworthyError<OAuth2ErrorCode> {
  /** The provider's own word, such as `invalid_client` (RFC 6749 §5.2), where it refused. */
  readonly error: string | undefined
  /** Milliseconds after which another attempt may succeed. */
  readonly retryAfter: number | undefined

  constructor(code: OAuth2ErrorCode, message: string, { error, retryAfter, ...rest }: OAuth2ErrorDetails = {}) {
    super(code, message, rest)
    this.error = error
    this.retryAfter = retryAfter
  }
}
