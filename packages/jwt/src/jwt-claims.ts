/** The claims of a token: those with a registered meaning, checked, and all others as they came. */
export interface JwtClaims {
  readonly iss: string
  readonly sub?: string
  readonly aud: string | readonly string[]
  /** Seconds since 1970-01-01 UTC, as the other times. */
  readonly exp: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly client_id?: string
  readonly [claim: string]: unknown
}
