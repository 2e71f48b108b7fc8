import { context, diag, propagation } from '@opentelemetry/api'
import type { Attributes, Context, Tracer } from '@opentelemetry/api'
import {
  knownMethods,
  nextHop,
  observeFetchedBody,
  wrapFetch,
  type Fetch,
} from '@seaworthy/middleware/http-conventions'
import { activeTracer } from './active-tracer.ts'
import { baggageHosts } from './baggage-hosts.ts'
import { capturedHeaders, type CaptureHeaders } from './captured-headers.ts'
import { failAttempt, openAttempt, readResponse, type Attempt, type FetchSettings } from './client-span.ts'
import { readTracedCall, type TracedCall } from './traced-call.ts'

/** What {@link tracedFetch} records and passes on. */
export interface TracedFetchOptions {
  /**
   * Hosts that may receive the baggage of a trace: `'orders.internal'`, `'orders.internal:8080'`, `'*.internal'`. Baggage
   * may hold what was never meant for others, so that no host receives it unless it is listed.
   *
   * @default []
   */
  readonly baggageHosts?: readonly string[]
  /**
   * Whether a call carries the trace context.
   *
   * @default true
   */
  readonly propagate?: boolean | ((url: URL) => boolean)
  /** More attributes for the span of a call. They win over the span's own. */
  readonly attributes?: (url: URL, method: string) => Attributes
  /**
   * Headers to record. Of those that carry credentials only the presence is recorded.
   *
   * @default {}
   */
  readonly captureHeaders?: CaptureHeaders
}

/**
 * A fetch that records a client span for every request it sends, and hands the trace on to the server.
 *
 * A span ends when the body of its response has been read or cancelled. Redirects are followed hop by hop, each in a span
 * of its own; credentials and baggage stay behind where they do not belong.
 *
 * @param fetch - What sends the requests: `fetch` itself unless given, looked up at each call.
 * @throws {TracingError} `ERR_TRACING_BAGGAGE_HOST` when an entry of `baggageHosts` is not a host.
 * @throws {TracingError} `ERR_TRACING_HEADER` when a header to capture has an impossible name.
 */
export function tracedFetch(fetch?: Fetch, options: TracedFetchOptions = {}): Fetch {
  const settings = prepare(options)
  return wrapFetch(fetch, async function traced(send, input, init) {
    const tracer = activeTracer()
    if (!tracer && propagation.fields().length === 0) return send(input, init)
    const call = readTracedCall(input, init)
    return call ? follow(send, call, settings, tracer) : send(input, init)
  })
}

function prepare(options: TracedFetchOptions): FetchSettings {
  const { baggageHosts: hosts = [], propagate = true, attributes, captureHeaders = {} } = options
  return {
    takesBaggage: baggageHosts(hosts),
    propagate: typeof propagate === 'function' ? propagate : () => propagate,
    attributes,
    requestHeaders: capturedHeaders('request', captureHeaders.request),
    responseHeaders: capturedHeaders('response', captureHeaders.response),
    known: knownMethods(),
  }
}

async function follow(
  send: Fetch,
  first: TracedCall,
  settings: FetchSettings,
  tracer: Tracer | undefined,
): Promise<Response> {
  const parent = context.active()
  let call = first
  for (let resends = 0; ; resends++) {
    const attempt = begin(call, settings, tracer, parent, resends)
    let response
    let next
    try {
      response = await context.with(attempt.context, send, undefined, call.input, initOf(call, attempt))
      readResponse(attempt, settings, response)
      if (call.redirects === 'hop') next = nextHop(call, response, resends)
    } catch (error) {
      failAttempt(attempt, error, call.signal)
      throw error
    }
    if (!next) return delivered(response, attempt, call, resends)
    attempt.span?.end()
    await response.body?.cancel().catch(() => undefined)
    call = next
  }
}

/** What the options or the SDK throw costs the span, not the call. */
function begin(
  call: TracedCall,
  settings: FetchSettings,
  tracer: Tracer | undefined,
  parent: Context,
  resends: number,
): Attempt {
  try {
    return openAttempt(call, settings, tracer, parent, resends)
  } catch (error) {
    diag.error('@seaworthy/tracing: a call is not traced, because an option or the SDK threw', error)
    return { span: undefined, context: parent, headers: call.headers }
  }
}

function initOf(call: TracedCall, { headers }: Attempt): RequestInit {
  return call.redirects === 'hop' ? { ...call.init, headers, redirect: 'manual' } : { ...call.init, headers }
}

function delivered(response: Response, attempt: Attempt, call: TracedCall, resends: number): Response {
  if (resends > 0) Object.defineProperty(response, 'redirected', { value: true, configurable: true })
  const { span } = attempt
  if (!span?.isRecording()) return response
  return observeFetchedBody(response, {
    ended: (at) => span.end(at),
    failed: (error) => failAttempt(attempt, error, call.signal),
  })
}
