import { context, createContextKey, propagation, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api'
import type { TextMapPropagator } from '@opentelemetry/api'
import { SamplingDecision } from '@opentelemetry/sdk-trace'
import { middleware } from '@seaworthy/middleware'
import fc from 'fast-check'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { continueTrace, currentTraceId, span, tracing, type TracingOptions } from './index.ts'
import { startPropagation, startSdk, stopSdk, type Sdk } from './start-sdk.test-kit.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${spanId}-01`

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

function application(options?: TracingOptions): Hono {
  return new Hono().use(tracing(options)).get('/', (c) =>
    c.json({
      tenant: propagation.getActiveBaggage()?.getEntry('tenant')?.value,
      traceId: currentTraceId(),
      state: trace.getActiveSpan()?.spanContext().traceState?.serialize(),
    }),
  )
}

async function visit(app: Hono, headers: Record<string, string> = {}): Promise<Response> {
  const response = await app.request('/', { headers })
  await response.clone().arrayBuffer()
  return response
}

describe('from the caller', () => {
  test('traceparent, tracestate and baggage are continued (tracing/34)', async () => {
    const response = await visit(application(), { traceparent, tracestate: 'v=1,w=2', baggage: 'tenant=acme' })
    expect(await response.json()).toEqual({ tenant: 'acme', traceId, state: 'v=1,w=2' })
    expect(sdk.only().parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
    expect(sdk.only().spanContext().traceId).toBe(traceId)
    expect(sdk.only().spanContext().spanId).not.toBe(spanId)
  })

  test('baggage alone is continued in a trace of its own (tracing/34)', async () => {
    expect(await (await visit(application(), { baggage: 'tenant=acme' })).json()).toMatchObject({ tenant: 'acme' })
    expect(sdk.only().parentSpanContext).toBeUndefined()
  })

  test('a caller that is not sampled is not recorded, and its trace goes on (tracing/34)', async () => {
    const response = await visit(application(), { traceparent: traceparent.replace(/01$/, '00') })
    expect(await response.json()).toMatchObject({ traceId })
    expect(sdk.ended).toEqual([])
  })

  test('by the propagator that is configured, whichever it is (tracing/35)', async () => {
    const keysSeen: string[] = []
    const custom: TextMapPropagator = {
      inject: () => undefined,
      extract(within, carrier, getter) {
        keysSeen.push(...getter.keys(carrier))
        const id = getter.get(carrier, 'x-own-trace')
        return typeof id !== 'string'
          ? within
          : trace.setSpanContext(within, { traceId: id, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true })
      },
      fields: () => ['x-own-trace'],
    }
    propagation.disable()
    propagation.setGlobalPropagator(custom)
    await visit(application(), { 'x-own-trace': traceId, traceparent: `00-${'c'.repeat(32)}-${spanId}-01` })
    stopSdk()
    const { traceId: seen } = sdk.only().spanContext()
    sdk = startSdk()
    expect(seen).toBe(traceId)
    expect(keysSeen).toEqual(expect.arrayContaining(['traceparent', 'x-own-trace']))
  })

  for (const malformed of [
    '',
    'garbage',
    `00-${traceId}-${spanId}`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `${traceparent},${traceparent}`,
  ]) {
    test(`a malformed traceparent is ignored: ${JSON.stringify(malformed)} (tracing/36)`, async () => {
      const response = await visit(application(), { traceparent: malformed, baggage: ';;;=,%%%', tracestate: '=,=' })
      expect(response.status).toBe(200)
      expect(sdk.only().parentSpanContext).toBeUndefined()
      expect(sdk.only().links).toEqual([])
    })
  }

  test('headers of any content never break a request (tracing/36)', async () => {
    const app = application()
    const value = fc.stringMatching(/^[\x21-\x7e]*$/)
    const headers = fc.record({ traceparent: value, tracestate: value, baggage: value })
    await fc.assert(
      fc.asyncProperty(headers, async (given) => (await visit(app, given)).status === 200),
      { numRuns: 300 },
    )
    expect(sdk.ended.every((each) => each.parentSpanContext === undefined)).toBe(true)
  })
})

describe('from a caller that is not trusted', () => {
  test('the request starts a trace of its own, linked to the caller (tracing/37)', async () => {
    const response = await visit(application({ trustRemote: false }), { traceparent, baggage: 'tenant=acme' })
    const { parentSpanContext, links } = sdk.only()
    expect(parentSpanContext).toBeUndefined()
    expect(sdk.only().spanContext().traceId).not.toBe(traceId)
    expect(links).toHaveLength(1)
    expect(links[0]?.context).toMatchObject({ traceId, spanId, isRemote: true })
    expect(await response.json()).toEqual({ traceId: sdk.only().spanContext().traceId })
  })

  test('baggage alone is dropped, and what is active is no caller to link to (tracing/37)', async () => {
    await span('job', () => visit(application({ trustRemote: false }), { baggage: 'tenant=acme' }))
    expect(sdk.named('GET /').links).toEqual([])
    expect(sdk.named('GET /').parentSpanContext?.spanId).toBe(sdk.named('job').spanContext().spanId)
  })

  test('it is asked per request, and only where there is something to trust (tracing/37)', async () => {
    const asked: string[] = []
    const trustRemote = (x: { header(name: string): string | undefined }): boolean => {
      asked.push(x.header('x-from') ?? 'nobody')
      return x.header('x-from') === 'gateway'
    }
    const app = application({ trustRemote })
    await visit(app)
    await visit(app, { traceparent, 'x-from': 'gateway' })
    await visit(app, { traceparent, 'x-from': 'browser' })
    expect(asked).toEqual(['gateway', 'browser'])
    expect(sdk.ended.map((each) => each.spanContext().traceId === traceId)).toEqual([false, true, false])
    expect(sdk.ended.map(({ links }) => links.length)).toEqual([0, 0, 1])
  })
})

describe('to the caller', () => {
  test('traceparent on every response, when asked for (tracing/38)', async () => {
    const app = new Hono()
      .use(tracing({ responseHeader: 'traceparent' }))
      .use('/denied', middleware({ before: () => new Response(null, { status: 403 }) }))
    app.get('/denied', (c) => c.json({}))
    app.get('/boom', () => {
      throw new Error('boom')
    })
    app.onError((_error, c) => c.json({}, 500))
    for (const path of ['/denied', '/boom', '/none']) {
      sdk.clear()
      const response = await app.request(path)
      await response.arrayBuffer()
      const own = sdk.only().spanContext()
      expect(response.headers.get('traceparent')).toBe(`00-${own.traceId}-${own.spanId}-01`)
    }
  })

  test('nothing where tracing is suppressed (tracing/38)', async () => {
    const suppressed = ROOT_CONTEXT.setValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true)
    const response = await context.with(suppressed, () => visit(application({ responseHeader: 'traceparent' })))
    expect(response.headers.has('traceparent')).toBe(false)
    expect(sdk.ended).toEqual([])
  })

  test('tells an unsampled span as such, and nothing by default (tracing/38)', async () => {
    const unsampled = traceparent.replace(/01$/, '00')
    const told = await visit(application({ responseHeader: 'traceparent' }), { traceparent: unsampled })
    expect(told.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-00$`))
    expect((await visit(application())).headers.has('traceparent')).toBe(false)
  })
})

describe('currentTraceId()', () => {
  test('is the trace of the running code, and undefined outside (tracing/39)', async () => {
    expect(currentTraceId()).toBeUndefined()
    const response = await visit(application(), { traceparent })
    expect(await response.json()).toMatchObject({ traceId })
    expect(span('work', () => currentTraceId())).toBe(sdk.named('work').spanContext().traceId)
    expect(
      context.with(
        trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 })),
        currentTraceId,
      ),
    ).toBeUndefined()
  })
})

describe('what is active already', () => {
  test('a server that was started inside a span does not make its requests children of it (tracing/40)', async () => {
    const server = await span('boot', () => serve(application().fetch))
    await (await fetch(server.url)).json()
    await eventually(() => sdk.ended.length === 2, 'the span')
    await server[Symbol.asyncDispose]()
    expect(sdk.named('GET /').parentSpanContext).toBeUndefined()
  })

  test('a span that still runs is the parent (tracing/40)', async () => {
    await span('job', () => visit(application()))
    expect(sdk.named('GET /').parentSpanContext?.spanId).toBe(sdk.named('job').spanContext().spanId)
  })

  test('an ended span is none, what else is active stays (tracing/40)', async () => {
    const mark = createContextKey('mark')
    let marked: unknown
    const ended = trace.getTracer('test').startSpan('ended')
    ended.end()
    const app = new Hono().use(tracing()).get('/', (c) => {
      marked = context.active().getValue(mark)
      return c.json({})
    })
    await context.with(trace.setSpan(ROOT_CONTEXT.setValue(mark, 'here'), ended), () => visit(app))
    expect(sdk.named('GET /').parentSpanContext).toBeUndefined()
    expect(marked).toBe('here')
  })

  test('a span of the same trace between the caller and the request is the parent (tracing/40)', async () => {
    const between = trace
      .getTracer('test')
      .startSpan('between', {}, trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true }))
    await context.with(trace.setSpan(ROOT_CONTEXT, between), () => visit(application(), { traceparent }))
    expect(sdk.named('GET /').parentSpanContext?.spanId).toBe(between.spanContext().spanId)
  })
})

describe('without an SDK', () => {
  test('nothing is recorded and nothing breaks (tracing/41)', async () => {
    stopSdk()
    const app = application({ responseHeader: 'traceparent', captureHeaders: { request: ['x-a'] } })
    const response = await visit(app, { traceparent, baggage: 'tenant=acme' })
    const worked = span('work', (active) => {
      active.setAttribute('a', 1).addEvent('b').end()
      return active.isRecording()
    })
    sdk = startSdk()
    expect(response.status).toBe(200)
    expect(response.headers.has('traceparent')).toBe(false)
    expect(await response.json()).toEqual({})
    expect(worked).toBe(false)
    expect(sdk.ended).toEqual([])
  })

  test('one that starts later records, and one that stops records no more (tracing/42)', async () => {
    stopSdk()
    const app = application()
    await visit(app)
    sdk = startSdk()
    await visit(app)
    span('work', () => undefined)
    const recorded = sdk.ended.map(({ name }) => name)
    stopSdk()
    await visit(app)
    const afterwards = sdk.ended.length
    sdk = startSdk()
    await visit(app)
    expect(recorded).toEqual(['GET /', 'work'])
    expect(afterwards).toBe(2)
    expect(sdk.ended).toHaveLength(1)
  })

  test('one that starts between a request and its end changes nothing for that request (tracing/42)', async () => {
    stopSdk()
    const app = new Hono().use(tracing()).get('/', async (c) => {
      sdk = startSdk()
      return c.json({})
    })
    expect((await visit(app)).status).toBe(200)
    expect(sdk.ended).toEqual([])
  })

  test('a propagator alone passes the trace through, and nothing is recorded (tracing/43)', async () => {
    stopSdk()
    startPropagation()
    const app = application()
    app.get('/out', (c) => {
      const carrier: Record<string, string> = {}
      propagation.inject(context.active(), carrier)
      return c.json(carrier)
    })
    const seen: unknown = await (await app.request('/out', { headers: { traceparent, baggage: 'a=b' } })).json()
    const none: unknown = await (await app.request('/out')).json()
    const untrusted = await visit(application({ trustRemote: false }), { traceparent, baggage: 'tenant=acme' })
    const inner = span('work', (active) => active.isRecording())
    const continued = continueTrace({ traceparent }, 'receive', () => currentTraceId())
    stopSdk()
    sdk = startSdk()
    expect(seen).toEqual({ traceparent, baggage: 'a=b' })
    expect(none).toEqual({})
    expect(await untrusted.json()).toEqual({})
    expect(inner).toBe(false)
    expect(continued).toBe(traceId)
    expect(sdk.ended).toEqual([])
  })
})

test('an unsampled request hands its decision to what it calls (tracing/34)', async () => {
  stopSdk()
  sdk = startSdk({
    sampler: { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => 'never' },
  })
  const carrier: Record<string, string> = {}
  const app = new Hono().use(tracing()).get('/', (c) => {
    propagation.inject(context.active(), carrier)
    return c.json({})
  })
  await visit(app)
  stopSdk()
  sdk = startSdk()
  expect(carrier['traceparent']).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/)
})
