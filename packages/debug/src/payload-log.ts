import { AsyncResource } from 'node:async_hooks'
import { key, type Exchange, type Key, type Outcome } from '@seaworthy/middleware'
import type { PayloadLogger } from './log-payloads.ts'
import { PayloadLines, type Way } from './payload-lines.ts'
import { observe, ObservedBody } from './observed-body.ts'

/** What is common to all payloads that are logged. */
export interface PayloadRules {
  readonly logger: PayloadLogger
  readonly maxSize: number
  readonly redact: (text: string, type: string) => string
}

const linesKey: Key<PayloadLines> = key('seaworthy.debug.payloads/1')

const textual = /^text\/|json|xml|javascript|urlencoded|graphql/

/** The request with its body observed; the same one when it has none that is text. */
export function observedRequest(x: Exchange, rules: PayloadRules): Request | undefined {
  const { request } = x
  const { body, headers } = request
  if (body === null || headers.has('upgrade')) return undefined
  if (!isText(headers)) return void writeSize(x, 'request', headers, rules)
  const observed = watch(x, 'request', { body, headers }, rules)
  // Fetch asks for `duplex` where a body is a stream; not every version of its types has it.
  const init: RequestInit & { readonly duplex: 'half' } = { body: observed, duplex: 'half' }
  return new Request(request, init)
}

/** The response with its body observed; the same one when it has none that is text. */
export function observedResponse(x: Exchange, response: Response, rules: PayloadRules): Response {
  const { status, headers } = response
  if (status === 0 || status === 101 || x.method === 'HEAD' || x.header('upgrade') !== undefined) return response
  const { body } = response
  if (body === null || body.locked) return response
  if (!isText(headers)) {
    writeSize(x, 'response', headers, rules, status)
    return response
  }
  return new Response(watch(x, 'response', { body, headers, status }, rules), response)
}

interface Payload {
  readonly body: ReadableStream<Uint8Array>
  readonly headers: Headers
  readonly status?: number
}

function watch(
  x: Exchange,
  way: Way,
  { body, headers, status }: Payload,
  rules: PayloadRules,
): ReadableStream<Uint8Array> {
  const { logger, maxSize, redact } = rules
  const type = headers.get('content-type') ?? ''
  const observed = new ObservedBody(maxSize)
  const lines = linesOf(x)
  // Whoever reads the body may do so in another ambient context.
  const write = AsyncResource.bind(() => {
    const rest = observed.missing > 0 ? `…[${observed.missing} more bytes]` : ''
    logger.debug(`${way} payload`, {
      ...about(x, status),
      [`http.${way}.body.size`]: observed.size,
      ...(!observed.isComplete && { 'payload.complete': false }),
      payload: redact(observed.text(charsetOf(type)), type.toLowerCase()) + rest,
    })
  })
  lines.add(way, write)
  return observe(body, observed, () => lines.end(way))
}

/** What is no text is told by its size alone. */
function writeSize(x: Exchange, way: Way, headers: Headers, { logger }: PayloadRules, status?: number): void {
  const size = headers.get('content-length')
  logger.debug(`${way} payload`, {
    ...about(x, status),
    'payload.type': headers.get('content-type') ?? 'unknown',
    ...(size !== null && { [`http.${way}.body.size`]: Number(size) }),
  })
}

/** Writes the lines of bodies that nobody will read any more. */
export function finishPayloads(x: Exchange, { aborted }: Outcome): void {
  const lines = x.get(linesKey)
  if (lines === undefined) return
  // Without an outgoing message, the exchange of a body that is held in memory settles before the body is read.
  if (aborted || x.runtime.outgoing !== undefined || !lines.awaitsResponse) lines.finish()
}

function linesOf(x: Exchange): PayloadLines {
  const lines = x.get(linesKey) ?? new PayloadLines()
  x.set(linesKey, lines)
  return lines
}

function about(x: Exchange, status: number | undefined): Readonly<Record<string, unknown>> {
  return {
    'http.request.method': x.method,
    'http.route': x.route,
    'url.path': x.path,
    ...(status !== undefined && { 'http.response.status_code': status }),
  }
}

/** Whether a body is text that is not compressed. */
function isText(headers: Headers): boolean {
  const encoding = headers.get('content-encoding')
  return (
    (encoding === null || encoding === 'identity') && textual.test(headers.get('content-type')?.toLowerCase() ?? '')
  )
}

function charsetOf(type: string): string | undefined {
  return /charset="?([\w-]+)/i.exec(type)?.[1]
}
