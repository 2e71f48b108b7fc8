/** Who is calling, as a guard has verified it. */
export interface Caller {
  /** A digest of scheme, issuer, tenant and subject: stable, and safe as a key in stores, logs and limits. */
  readonly id: string
  /** The name of the scheme that verified the caller, such as `jwt`. */
  readonly scheme: string
}
