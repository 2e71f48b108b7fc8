import type { OutgoingHttpHeaders } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'

/** Headers that speak of an HTTP/1.1 connection and make an HTTP/2 message malformed (RFC 9113 §8.2.2). */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

/**
 * Leaves connection headers out of a response over HTTP/2. Node would throw
 * `ERR_HTTP2_INVALID_CONNECTION_HEADERS` where no application code can catch it, and Hono's `streamSSE()` and
 * `streamText()` set them.
 */
export function stripConnectionHeaders(response: Http2ServerResponse): void {
  const writeHead = response.writeHead.bind(response)
  const stripped = (status: number, headers?: OutgoingHttpHeaders): Http2ServerResponse =>
    writeHead(status, headers && allowed(headers))
  Object.assign(response, { writeHead: stripped })
}

function allowed(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name.toLowerCase())))
}
