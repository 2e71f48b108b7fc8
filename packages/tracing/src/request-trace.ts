import { context, createContextKey, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Span, SpanContext, SpanOptions, Tracer } from '@opentelemetry/api'
import type { Exchange, Outcome } from '@seaworthy/middleware'
import { requestErrorType, type KnownMethods } from '@seaworthy/middleware/http-conventions'
import { addHeaders, type CapturedHeader } from './captured-headers.ts'
import { parentContext, type TrustRemote } from './parent-context.ts'
import { recordException, serverException } from './record-exception.ts'
import { requestAttributes } from './request-attributes.ts'
import { claimSpan, isForeignServerSpan, setRpcRoute } from './server-span.ts'
import { spanName } from './span-name.ts'

/** The options of `tracing()`, ready for use. */
export interface TracingSettings {
  readonly ignore: (x: Exchange) => boolean
  readonly attributes: ((x: Exchange) => Attributes) | undefined
  readonly requestHeaders: readonly CapturedHeader[]
  readonly responseHeaders: readonly CapturedHeader[]
  readonly trustRemote: TrustRemote
  readonly tellClient: boolean
  readonly known: KnownMethods
}

/** What one `tracing()` does with one request. */
export interface RequestTrace {
  /** The middleware that the request belongs to: another one on the same request leaves it alone. */
  readonly owner: TracingSettings
  readonly span?: Span
  readonly context: Context
  /** Whether the handler must be run in the context: it carries something that is not active already. */
  readonly entered: boolean
  /** Whether another instrumentation opened the span, and will end it. */
  readonly adopted?: boolean
  route: string | undefined
  /** Whether the failure of the request stands on the span. */
  failed: boolean
}

/** The key that the SDK and its instrumentations look at before they record. */
const suppressTracing = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** Begins to trace a request. Without a tracer, what the caller sent is passed on and nothing is recorded. */
export function openTrace(x: Exchange, owner: TracingSettings, tracer: Tracer | undefined): RequestTrace {
  const active = context.active()
  if (owner.ignore(x)) return spanless(owner, active.setValue(suppressTracing, true), true)
  const outer = trace.getSpan(active)
  if (outer && isForeignServerSpan(outer)) return adopt(x, owner, outer, active)
  const parent = parentContext(x, active, outer, owner.trustRemote)
  if (!tracer) return spanless(owner, parent.context, parent.context !== active)
  const route = certainRoute(x)
  const span = tracer.startSpan(
    spanName(x.method, owner.known, route),
    spanOptions(x, owner, route, parent.link),
    parent.context,
  )
  if (span.isRecording()) claimSpan(span)
  if (owner.tellClient) tellClient(x, span)
  return { owner, span, context: trace.setSpan(parent.context, span), entered: true, route, failed: false }
}

function spanless(owner: TracingSettings, within: Context, entered: boolean): RequestTrace {
  return { owner, context: within, entered, route: undefined, failed: false }
}

/** An open route, `/static/*` say, may still pass the request on: it is known when it has answered. */
function certainRoute({ route }: Exchange): string | undefined {
  return route?.endsWith('*') ? undefined : route
}

function spanOptions(
  x: Exchange,
  owner: TracingSettings,
  route: string | undefined,
  link: SpanContext | undefined,
): SpanOptions {
  const attributes = requestAttributes(x, owner.known, route, owner.requestHeaders)
  if (owner.attributes) Object.assign(attributes, owner.attributes(x))
  const options: SpanOptions = { kind: SpanKind.SERVER, attributes, startTime: x.startTime }
  if (link) options.links = [{ context: link }]
  return options
}

/** Adds what this package knows to the span that another instrumentation opened for the request. */
function adopt(x: Exchange, owner: TracingSettings, span: Span, active: Context): RequestTrace {
  claimSpan(span)
  const attributes: Attributes = {}
  addHeaders(attributes, owner.requestHeaders, (name) => x.header(name))
  if (owner.attributes) Object.assign(attributes, owner.attributes(x))
  span.setAttributes(attributes)
  if (owner.tellClient) tellClient(x, span)
  const adopted: RequestTrace = { ...spanless(owner, active, false), span, adopted: true }
  updateRoute(x, adopted, span)
  return adopted
}

/** W3C Trace Context §3.2, for the caller to read. */
function tellClient(x: Exchange, span: Span): void {
  const { traceId, spanId, traceFlags } = span.spanContext()
  if (!trace.isSpanContextValid(span.spanContext())) return
  x.setHeader('traceparent', `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`)
}

/** The head of the response is known: the last that an adopted span is sure to hear of. */
export function readHead(x: Exchange, traced: RequestTrace, response: Response): void {
  const { span, owner } = traced
  if (!span?.isRecording()) return
  if (owner.responseHeaders.length > 0) {
    const attributes: Attributes = {}
    addHeaders(attributes, owner.responseHeaders, (name) => response.headers.get(name))
    span.setAttributes(attributes)
  }
  if (!traced.adopted) return
  updateRoute(x, traced, span)
  markFailure(x, traced, span, { status: response.status, aborted: false, error: x.error })
}

/** The response has been sent, or the client has left: the span ends unless another instrumentation ends it. */
export function closeTrace(x: Exchange, traced: RequestTrace, outcome: Outcome): void {
  const { span, adopted } = traced
  if (!span) return
  const recording = span.isRecording()
  if (recording) {
    updateRoute(x, traced, span)
    if (!adopted && outcome.status !== undefined) span.setAttribute('http.response.status_code', outcome.status)
  } else if (adopted) return
  markFailure(x, traced, span, outcome)
  if (!adopted) span.end(recording ? performance.now() : undefined)
}

function updateRoute(x: Exchange, traced: RequestTrace, span: Span): void {
  const { route } = x
  if (route === traced.route) return
  traced.route = route
  span.updateName(spanName(x.method, traced.owner.known, route))
  if (route === undefined) return
  span.setAttribute('http.route', route)
  if (traced.adopted) setRpcRoute(traced.context, route)
}

/** Log records of exceptions do not depend on whether the trace is sampled: a span that is not recorded drops its own. */
function markFailure(x: Exchange, traced: RequestTrace, span: Span, outcome: Outcome): void {
  const { error } = outcome
  const type = requestErrorType(outcome, x.error)
  if (type === undefined || traced.failed) return
  traced.failed = true
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
  if (error !== undefined) recordException(span, error, serverException, traced.context)
}
