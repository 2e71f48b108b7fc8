import type { Span } from '@opentelemetry/api'
import { handler, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { continueTrace, currentTraceId, span, tracedFetch, tracing, type TracingOptions } from './index.ts'

const app = new Hono().use(tracing()).get('/orders/:id', tracing(), (c) => c.json({ id: c.req.param('id') }))
export const id: (request: Request) => Response | Promise<Response> = app.fetch
handler(stack(tracing({ trustRemote: (x) => x.path !== '/' })), () => new Response())

export const sum: number = span('sum', () => 1)
export const later: Promise<string> = span('later', async (active: Span) => active.spanContext().traceId)
export const received: boolean = continueTrace({ traceparent: '' }, 'receive', () => true)
export const trace: string | undefined = currentTraceId()
export const call: typeof fetch = tracedFetch(tracedFetch(), {
  baggageHosts: ['a.internal'],
  propagate: (url) => url.port === '',
})

// @ts-expect-error -- the only header that is known
export const header: TracingOptions = { responseHeader: 'traceresponse' }
// @ts-expect-error -- names, not one name
export const headers: TracingOptions = { captureHeaders: { request: 'x-tenant' } }
