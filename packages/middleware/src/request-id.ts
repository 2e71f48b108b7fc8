import { isFieldName } from './header-field.ts'
import { middleware, type Middleware } from './middleware.ts'
import { randomId } from './random-id.ts'
import { SeaworthyError } from './seaworthy-error.ts'

/** Settings of {@link requestId}. */
export interface RequestIdOptions {
  /** The header that carries the id, in both directions. @default 'x-request-id' */
  readonly header?: string
  /**
   * Whether an id of the client is taken over when it has the form `[\w.\-=+/]{1,128}`. Turn it on behind a proxy that
   * sets the header. @default false
   */
  readonly accept?: boolean
  /** Makes an id. @default 22 URL-safe characters with 132 random bits */
  readonly generate?: () => string
}

const wellFormed = /^[\w.\-=+/]{1,128}$/

/**
 * Gives every request an id: in `exchange.requestId`, and in a header of every response.
 *
 * @throws {SeaworthyError} `ERR_REQUEST_ID_HEADER` when the header's name is not a token of RFC 9110.
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  const { header = 'x-request-id', accept = false, generate = randomId } = options
  if (!isFieldName(header)) {
    throw new SeaworthyError(
      'ERR_REQUEST_ID_HEADER',
      `'${header}' is no header name. Write for example 'x-request-id'.`,
    )
  }
  return middleware({
    name: 'requestId',
    before(x) {
      x.requestId ??= (accept ? accepted(x.header(header)) : undefined) ?? generate()
      x.setHeader(header, x.requestId)
    },
  })
}

function accepted(id: string | undefined): string | undefined {
  return id !== undefined && wellFormed.test(id) ? id : undefined
}
