import { strictEqual as equal } from 'node:assert'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { currentTraceId, span, tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
trace.setGlobalTracerProvider(provider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())

const traceId = '0af7651916cd43dd8448eb211c80319c'
const app = new Hono()
  .use(tracing())
  .get('/orders/:id', (c) => span('reserve', () => c.text(currentTraceId() ?? 'none')))
const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
const response = await app.request('/orders/7', { headers })
equal(await response.text(), traceId)
await provider.forceFlush()
const names = exporter.getFinishedSpans().map((each) => each.name)
equal(names.toSorted().join(), 'GET /orders/:id,reserve')
await provider.shutdown()
console.log('ok')
