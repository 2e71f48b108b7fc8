import { createContextKey, SpanKind, type Context, type Span } from '@opentelemetry/api'

const claim: unique symbol = Symbol.for('seaworthy.server-span')

interface Claimable {
  readonly kind?: SpanKind
  [claim]?: true
}

/** Where the OpenTelemetry SDK's instrumentations tell each other about the request that they are in. */
const rpcMetadata = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

/** Marks a span as the one of a request, so that a request made inside it gets its own. */
export function claimSpan(span: Span & Claimable): void {
  span[claim] = true
}

/** Whether another instrumentation opened this span for a request that no middleware has claimed yet. */
export function isForeignServerSpan(span: Span & Claimable): boolean {
  return span.kind === SpanKind.SERVER && span[claim] !== true && span.isRecording()
}

/** Tells the instrumentation that opened a server span the route of its request. */
export function setRpcRoute(context: Context, route: string): void {
  const metadata = context.getValue(rpcMetadata)
  if (isRpcMetadata(metadata) && metadata.type === 'http') metadata.route = route
}

function isRpcMetadata(value: unknown): value is { readonly type?: unknown; route?: string } {
  return typeof value === 'object' && value !== null
}
