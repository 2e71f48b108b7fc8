/** A certificate or key in PEM: its text, or bytes. */
export type Pem = string | Uint8Array

/** Settings of TLS that both runtimes have. */
export interface TlsOptions {
  /** The certificate, followed by its intermediates. */
  readonly cert: Pem
  /** The private key. */
  readonly key: Pem
  /** Opens an encrypted key. */
  readonly passphrase?: string
  /** Authorities that client certificates are checked against. */
  readonly ca?: Pem
  /** Asks clients for a certificate. @default false */
  readonly requestCert?: boolean
  /** Refuses clients whose certificate does not verify. @default true */
  readonly rejectUnauthorized?: boolean
}
