import {
  middleware,
  parseSize,
  problem,
  type Exchange,
  type MaybePromise,
  type Middleware,
  type Size,
} from '@seaworthy/middleware'
import { limitBody } from './limit-body.ts'

/**
 * Answers 413 to a request whose body is longer: from `Content-Length` before anything is read, else while the body
 * streams by. Nothing is buffered.
 *
 * @throws {SeaworthyError} `ERR_SIZE` when the size is malformed.
 */
export function bodyLimit(size: Size): Middleware {
  const max = parseSize(size)
  return middleware({ name: 'bodyLimit', around: (x, next) => limit(x, next, max) })
}

function limit(
  x: Exchange,
  next: (request?: Request) => MaybePromise<Response>,
  max: number,
): MaybePromise<Response> | undefined {
  const length = x.header('content-length')
  // The server holds the client to the length it has stated.
  if (length !== undefined && /^\d+$/.test(length)) return Number(length) > max ? tooLarge(max) : undefined
  return mayHaveBody(x) ? limitStream(x, next, max) : undefined
}

/** Without Content-Length an HTTP/1.1 request has a body only if it says so (RFC 9112 §6.3); HTTP/2 does not say. */
function mayHaveBody(x: Exchange): boolean {
  if (x.header('transfer-encoding') !== undefined) return true
  return x.method !== 'GET' && x.method !== 'HEAD' && x.request.body !== null
}

async function limitStream(
  x: Exchange,
  next: (request?: Request) => MaybePromise<Response>,
  max: number,
): Promise<Response> {
  const { body } = x.request
  if (body === null) return next()
  const limited = limitBody(body, max)
  const request = new Request(x.request, { method: x.method, body: limited.body, duplex: 'half' })
  return Promise.race([next(request), limited.exceeded.then(() => tooLarge(max))])
}

function tooLarge(max: number): Response {
  return problem({ status: 413, detail: `The request body is longer than ${max} bytes.` })
}
