import { context, diag, propagation, type Attributes } from '@opentelemetry/api'
import { isProbe, key, middleware, type Exchange, type Hooks, type Middleware } from '@seaworthy/middleware'
import { knownMethods } from '@seaworthy/middleware/http-conventions'
import { activeTracer } from './active-tracer.ts'
import { capturedHeaders, type CaptureHeaders } from './captured-headers.ts'
import type { TrustRemote } from './parent-context.ts'
import { closeTrace, openTrace, readHead, type RequestTrace, type TracingSettings } from './request-trace.ts'
import { TracingError } from './tracing-error.ts'

/** What {@link tracing} records. */
export interface TracingOptions {
  /**
   * Requests that are not recorded; nor is what they call.
   *
   * @default isProbe
   */
  readonly ignore?: (x: Exchange) => boolean
  /** More attributes for the span, known when it starts: samplers see them. They win over the span's own. */
  readonly attributes?: (x: Exchange) => Attributes
  /**
   * Headers to record. Of those that carry credentials only the presence is recorded.
   *
   * @default {}
   */
  readonly captureHeaders?: CaptureHeaders
  /**
   * Whether the caller's trace is continued. If not, the request starts a trace of its own with a link to the caller's
   * span, and the caller's baggage is dropped.
   *
   * @default true
   */
  readonly trustRemote?: TrustRemote
  /**
   * Tells the caller the span that served it.
   *
   * @default false
   */
  readonly responseHeader?: 'traceparent' | false
}

const traceKey = key<RequestTrace>('seaworthy.tracing')

/**
 * A server span for every request, by the HTTP semantic conventions of OpenTelemetry, from the arrival of the request
 * to the end of its body.
 *
 * Mount it after `trustProxy()` and before guards, so that what they call belongs to the request's trace.
 *
 * @throws {TracingError} `ERR_TRACING_HEADER` when a header to capture has an impossible name.
 * @throws {TracingError} `ERR_TRACING_RESPONSE_HEADER` when the response header is none that is known.
 */
export function tracing(options: TracingOptions = {}): Middleware {
  const settings = prepare(options)
  /** Hears of the head only where something is read of it: every request would enter all scopes for that. */
  function after(x: Exchange, response: Response): void {
    const traced = traceOf(x, settings)
    if (traced) readHead(x, traced, response)
  }
  const part: Hooks = {
    name: 'tracing',
    before(x) {
      const tracer = activeTracer()
      if (!tracer && propagation.fields().length === 0) return
      if (x.get(traceKey)) return
      try {
        const traced = openTrace(x, settings, tracer)
        x.set(traceKey, traced)
        if (traced.adopted) part.after = after
      } catch (error) {
        diag.error('@seaworthy/tracing: a request is not traced, because an option or the SDK threw', error)
      }
    },
    scope(x, run) {
      const traced = traceOf(x, settings)
      return traced?.entered ? context.with(traced.context, run) : run()
    },
    settled(x, outcome) {
      const traced = traceOf(x, settings)
      if (traced) closeTrace(x, traced, outcome)
    },
  }
  if (settings.responseHeaders.length > 0) part.after = after
  return middleware(part)
}

function traceOf(x: Exchange, owner: TracingSettings): RequestTrace | undefined {
  const traced = x.get(traceKey)
  return traced?.owner === owner ? traced : undefined
}

function prepare(options: TracingOptions): TracingSettings {
  const { ignore = isProbe, attributes, captureHeaders = {}, trustRemote = true, responseHeader = false } = options
  if (responseHeader !== false && responseHeader !== 'traceparent') {
    const message = `responseHeader is ${JSON.stringify(responseHeader)}. Write 'traceparent', or leave it out.`
    throw new TracingError('ERR_TRACING_RESPONSE_HEADER', message)
  }
  return {
    ignore,
    attributes,
    requestHeaders: capturedHeaders('request', captureHeaders.request),
    responseHeaders: capturedHeaders('response', captureHeaders.response),
    trustRemote,
    tellClient: responseHeader === 'traceparent',
    known: knownMethods(),
  }
}
