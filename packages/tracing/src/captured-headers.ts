import type { Attributes } from '@opentelemetry/api'
import { redacted } from './redact-url.ts'
import { TracingError } from './tracing-error.ts'

/** Names of headers that become attributes of a span; none unless listed. */
export interface CaptureHeaders {
  /** Headers of the request, as `http.request.header.<name>`. */
  readonly request?: readonly string[]
  /** Headers of the response, as `http.response.header.<name>`. */
  readonly response?: readonly string[]
}

/** One header to capture, with everything that can be known before the request. */
export interface CapturedHeader {
  readonly name: string
  readonly attribute: string
  readonly secret: boolean
}

/** Headers that carry credentials: their presence is recorded, never their value. */
const secretHeaders: ReadonlySet<string> = new Set([
  'api-key',
  'authorization',
  'cookie',
  'dpop',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
])

/** RFC 9110 §5.6.2 */
const token = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * Prepares a list of header names.
 *
 * @throws {TracingError} `ERR_TRACING_HEADER` when a name is not one that a header can have.
 */
export function capturedHeaders(kind: keyof CaptureHeaders, names: readonly string[] = []): readonly CapturedHeader[] {
  return names.map((given) => {
    if (!token.test(given)) {
      const option = `captureHeaders.${kind}`
      const message = `${option} lists ${JSON.stringify(given)}, which no header is called. List names such as 'x-tenant'.`
      throw new TracingError('ERR_TRACING_HEADER', message)
    }
    const name = given.toLowerCase()
    return { name, attribute: `http.${kind}.header.${name}`, secret: secretHeaders.has(name) }
  })
}

/** Adds the captured headers that are there to a set of attributes. */
export function addHeaders(
  attributes: Attributes,
  captured: readonly CapturedHeader[],
  valueOf: (name: string) => string | null | undefined,
): void {
  for (const { name, attribute, secret } of captured) {
    const value = valueOf(name)
    if (value !== undefined && value !== null) attributes[attribute] = [secret ? redacted : value]
  }
}
