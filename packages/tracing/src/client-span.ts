import { propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Span, TextMapSetter, Tracer } from '@opentelemetry/api'
import { fetchErrorType, methodAttribute, urlAddress, type KnownMethods } from '@seaworthy/middleware/http-conventions'
import { addHeaders, type CapturedHeader } from './captured-headers.ts'
import { clientException, recordException } from './record-exception.ts'
import { redactUrl } from './redact-url.ts'
import { spanName } from './span-name.ts'
import type { TracedCall } from './traced-call.ts'

/** The options of `tracedFetch()`, ready for use. */
export interface FetchSettings {
  readonly takesBaggage: (url: URL) => boolean
  readonly propagate: (url: URL) => boolean
  readonly attributes: ((url: URL, method: string) => Attributes) | undefined
  readonly requestHeaders: readonly CapturedHeader[]
  readonly responseHeaders: readonly CapturedHeader[]
  readonly known: KnownMethods
}

/** One sending of a request: its span, what is active while it is sent, and its headers. */
export interface Attempt {
  readonly span: Span | undefined
  readonly context: Context
  readonly headers: Headers
}

const headerSetter: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) }

/** Opens the span of an attempt and writes the trace into a copy of the call's headers. */
export function openAttempt(
  call: TracedCall,
  settings: FetchSettings,
  tracer: Tracer | undefined,
  parent: Context,
  resends: number,
): Attempt {
  const headers = new Headers(call.headers)
  const propagated = settings.propagate(call.url)
  const attributes = callAttributes(call, settings, resends)
  const name = spanName(call.method, settings.known)
  const span = tracer?.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent)
  const within = span ? trace.setSpan(parent, span) : parent
  if (propagated) {
    // A redirect that fetch follows takes all headers along, to whichever host.
    const baggage = call.redirects !== 'fetch' && settings.takesBaggage(call.url)
    propagation.inject(baggage ? within : propagation.deleteBaggage(within), headers, headerSetter)
  }
  return { span, context: within, headers }
}

function callAttributes(call: TracedCall, settings: FetchSettings, resends: number): Attributes {
  const { url, method, headers } = call
  const { address, port } = urlAddress(url)
  const attributes: Attributes = {
    'http.request.method': methodAttribute(method, settings.known),
    'server.address': address,
    'url.full': redactUrl(url),
  }
  if (port !== undefined) attributes['server.port'] = port
  if (!settings.known.has(method)) attributes['http.request.method_original'] = method
  if (resends > 0) attributes['http.request.resend_count'] = resends
  addHeaders(attributes, settings.requestHeaders, (name) => headers.get(name))
  if (settings.attributes) Object.assign(attributes, settings.attributes(url, method))
  return attributes
}

/** Adds what the head of the response tells: from 400 on the call has failed. */
export function readResponse({ span }: Attempt, settings: FetchSettings, response: Response): void {
  if (!span?.isRecording()) return
  const { status, headers } = response
  const attributes: Attributes = { 'http.response.status_code': status }
  if (status >= 400) {
    attributes['error.type'] = String(status)
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  addHeaders(attributes, settings.responseHeaders, (name) => headers.get(name))
  span.setAttributes(attributes)
}

/** Ends the span of an attempt that failed: no response, a body that broke off, or a redirect that leads nowhere. */
export function failAttempt({ span, context }: Attempt, error: unknown, signal: AbortSignal | undefined): void {
  if (!span) return
  span.setAttribute('error.type', fetchErrorType(error, signal))
  span.setStatus({ code: SpanStatusCode.ERROR })
  recordException(span, error, clientException, context)
  span.end()
}
