import { context, createContextKey, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api'
import { handler } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tracing } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

/** What a runtime or another instrumentation does: it opens a span, runs the application in it, and ends it. */
async function within<T>(kind: SpanKind, run: (span: Span) => Promise<T>): Promise<T> {
  const span = trace.getTracer('foreign').startSpan('opened elsewhere', { kind })
  try {
    return await context.with(trace.setSpan(context.active(), span), () => run(span))
  } finally {
    span.end()
  }
}

const app = new Hono().use(tracing({ attributes: () => ({ 'app.part': 'orders' }) }))
app.get('/orders/:id', (c) => c.json({}))
app.get('/boom', () => {
  throw new TypeError('boom')
})
app.onError((_error, c) => c.json({}, 500))

test('a server span that is open for the request is enriched and not ended (tracing/44) (tracing/45)', async () => {
  await within(SpanKind.SERVER, async (span) => {
    await (await app.request('/orders/7')).arrayBuffer()
    expect(span.isRecording()).toBe(true)
  })
  expect(sdk.only().name).toBe('GET /orders/:id')
  expect(sdk.only().attributes).toEqual({ 'app.part': 'orders', 'http.route': '/orders/:id' })
})

test('it hears of what was thrown (tracing/45)', async () => {
  await within(SpanKind.SERVER, async () => (await app.request('/boom')).arrayBuffer())
  expect(sdk.only().status.code).toBe(SpanStatusCode.ERROR)
  expect(sdk.only().attributes['error.type']).toBe('TypeError')
  expect(sdk.only().events).toHaveLength(1)
})

test('it hears of the head, also when it is ended before the body, from the first request on (tracing/45)', async () => {
  const fresh = new Hono().use(tracing()).get('/static/*', () => new Response(new ReadableStream(), { status: 503 }))
  const response = await within(SpanKind.SERVER, async () => fresh.request('/static/logo.svg'))
  expect(sdk.only().status.code).toBe(SpanStatusCode.ERROR)
  expect(sdk.only().attributes).toMatchObject({ 'error.type': '503', 'http.route': '/static/*' })
  await response.body?.cancel()
})

test('also of a rejection in Fetch, where there is no head (tracing/45)', async () => {
  const fetch = handler(tracing(), () => Promise.reject(new TypeError('boom')))
  await within(SpanKind.SERVER, async () => {
    await expect(fetch(new Request('http://localhost/'))).rejects.toThrow('boom')
  })
  expect(sdk.only().attributes['error.type']).toBe('TypeError')
  expect(sdk.only().events).toHaveLength(1)
})

test('a span of another kind is a parent, not the span of the request (tracing/44)', async () => {
  await within(SpanKind.CONSUMER, async () => (await app.request('/orders/7')).arrayBuffer())
  expect(sdk.named('GET /orders/:id').parentSpanContext?.spanId).toBe(
    sdk.named('opened elsewhere').spanContext().spanId,
  )
})

test('a second request inside the same span gets its own (tracing/16)', async () => {
  await within(SpanKind.SERVER, async () => {
    await (await app.request('/orders/7')).arrayBuffer()
    await (await app.request('/orders/8')).arrayBuffer()
  })
  expect(sdk.ended).toHaveLength(2)
  expect(sdk.ended[0]?.parentSpanContext?.spanId).toBe(sdk.ended[1]?.spanContext().spanId)
})

test('instrumentations that ask for the route by RPC metadata learn it (tracing/44)', async () => {
  const key = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')
  const span = trace.getTracer('foreign').startSpan('GET', { kind: SpanKind.SERVER })
  for (const [type, route] of [
    ['http', '/orders/:id'],
    ['grpc', undefined],
  ] as const) {
    const metadata: { type: string; route?: string } = { type }
    const active = trace.setSpan(ROOT_CONTEXT, trace.getTracer('foreign').startSpan('GET', { kind: SpanKind.SERVER }))
    await context.with(active.setValue(key, metadata), async () => (await app.request('/orders/7')).arrayBuffer())
    expect(metadata.route).toBe(route)
  }
  span.end()
})
