import { Buffer } from 'node:buffer'
import { hash, X509Certificate } from 'node:crypto'
import { isFromTrustedProxy, SeaworthyError, type Exchange } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'

/** Settings of tokens that are bound to the certificate of the client (RFC 8705). */
export interface MtlsOptions {
  /**
   * Where the certificate is: of the TLS connection to this service, on Node only, or in a header that a proxy writes.
   * The header is believed from a proxy that `trustProxy()` believes; from anybody else it is taken out of the request.
   */
  readonly from: 'socket' | { readonly header: string }
  /** Refuses tokens that are not bound to a certificate. @default false */
  readonly required?: boolean
}

/** Finds the certificate of a client. */
export interface ClientCertificates {
  readonly required: boolean
  /** Takes a header that nobody may believe out of the request. */
  strip(x: Exchange): void
  /** The SHA-256 thumbprint of the certificate, as base64url; `undefined` when there is none. */
  thumbprint(x: Exchange): string | undefined
}

/**
 * What finds certificates, from options.
 *
 * @throws {SeaworthyError} `ERR_UNSUPPORTED_OPTION` for `from: 'socket'` on Bun, which does not tell the certificate.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when `from` is something else.
 */
export function clientCertificates({ from, required = false }: MtlsOptions): ClientCertificates {
  if (from === 'socket') {
    if ('Bun' in globalThis) throw unsupported()
    return { required, strip: () => undefined, thumbprint: socketThumbprint }
  }
  const header = typeof from === 'object' && typeof from?.header === 'string' ? from.header.toLowerCase() : ''
  if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(header)) {
    throw new OAuth2Error('ERR_OAUTH2_OPTION', "mtls.from is 'socket', or a header such as { header: 'client-cert' }.")
  }
  return {
    required,
    strip(x) {
      if (x.header(header) !== undefined && !isFromTrustedProxy(x)) x.request.headers.delete(header)
    },
    thumbprint(x) {
      const value = isFromTrustedProxy(x) ? x.header(header) : undefined
      const certificate = value === undefined ? undefined : readCertificate(value)
      return certificate && thumbprintOf(certificate)
    },
  }
}

/** Whoever has finished the handshake holds the private key, whether or not an authority vouches for the certificate. */
function socketThumbprint(x: Exchange): string | undefined {
  const socket: unknown = x.runtime.incoming?.socket
  if (!hasPeerCertificate(socket)) return undefined
  const { raw } = socket.getPeerCertificate()
  return raw && raw.length > 0 ? thumbprintOf(raw) : undefined
}

function hasPeerCertificate(socket: unknown): socket is { getPeerCertificate(): { readonly raw?: Uint8Array } } {
  return (
    typeof socket === 'object' &&
    socket !== null &&
    'getPeerCertificate' in socket &&
    typeof socket.getPeerCertificate === 'function'
  )
}

/**
 * The bytes of a certificate as proxies write it: between colons (RFC 9440 §2.1), in base64 alone, or as PEM with
 * percent-encoding.
 */
function readCertificate(value: string): Uint8Array | undefined {
  // A proxy that adds to what a client wrote, instead of replacing it, is not believed.
  if (value.includes(',')) return undefined
  try {
    const text = value.includes('%') ? decodeURIComponent(value) : value
    const base64 = /^:([\w+/=]+):$/.exec(text)?.[1] ?? /^[\w+/=]+$/.exec(text)?.[0]
    // Of anything but one certificate, Node and Bun throw.
    return new X509Certificate(base64 === undefined ? text : Buffer.from(base64, 'base64')).raw
  } catch {
    return undefined
  }
}

function thumbprintOf(certificate: Uint8Array): string {
  return hash('sha256', certificate, 'base64url')
}

function unsupported(): SeaworthyError<'ERR_UNSUPPORTED_OPTION'> {
  return new SeaworthyError(
    'ERR_UNSUPPORTED_OPTION',
    "mtls.from: 'socket' cannot be honoured on Bun, which does not tell the certificate of a client. " +
      "End TLS at a proxy and write mtls: { from: { header: 'client-cert' } }.",
  )
}
