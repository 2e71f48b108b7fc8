// A service that is still on OpenTelemetry 2 and its API 1.9, and takes up the middleware packages.
import { match, strictEqual as equal } from 'node:assert'
import { context, metrics as metricsApi, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { metrics, prometheus } from '@seaworthy/metrics'
import { span, tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'

const exporter = new InMemorySpanExporter()
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
trace.setGlobalTracerProvider(tracers)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())

const page = prometheus()
const meters = new MeterProvider({ readers: [page.reader] })
metricsApi.setGlobalMeterProvider(meters)

const app = new Hono().use(page, tracing(), metrics()).get('/orders/:id', (c) => span('reserve', () => c.text('7')))
await (await app.request('/orders/7')).text()

const spans = exporter.getFinishedSpans()
equal(
  spans
    .map(({ name }) => name)
    .toSorted()
    .join(),
  'GET /orders/:id,reserve',
)
equal(new Set(spans.map((each) => each.spanContext().traceId)).size, 1)
equal(spans.find(({ kind }) => kind === 1)?.attributes['http.route'], '/orders/:id')

const text = await (await app.request('/metrics')).text()
match(text, /^http_server_request_duration_seconds_count\{.*http_route="\/orders\/:id".*\} 1$/m)
await tracers.shutdown()
await meters.shutdown()
console.log('ok')
