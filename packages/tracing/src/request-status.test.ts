import { logs, SpanStatusCode } from '@opentelemetry/api'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { SamplingDecision, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { handler } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { span, tracing } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

class StockError extends Error {}

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

/** An application that keeps quiet about its errors. */
function quiet(): Hono {
  const app = new Hono().use(tracing())
  app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.json({}, 500)))
  return app
}

async function ended(open: (app: Hono) => void): Promise<ReadableSpan> {
  const app = quiet()
  open(app)
  await (await app.request('/')).arrayBuffer()
  return sdk.only()
}

describe('a failed request', () => {
  test('5xx is an error of the type of its status (tracing/20)', async () => {
    const { status, attributes, events } = await ended((app) => app.get('/', (c) => c.json({}, 503)))
    expect(status).toEqual({ code: SpanStatusCode.ERROR })
    expect(attributes).toMatchObject({ 'error.type': '503', 'http.response.status_code': 503 })
    expect(events).toEqual([])
  })

  test('what is thrown is an error of its class, recorded once (tracing/21)', async () => {
    const { status, attributes, events } = await ended((app) =>
      app.get('/', () => {
        throw new StockError('sold out')
      }),
    )
    expect(status).toEqual({ code: SpanStatusCode.ERROR })
    expect(attributes).toMatchObject({ 'error.type': 'StockError', 'http.response.status_code': 500 })
    expect(events).toHaveLength(1)
    expect(events[0]?.name).toBe('exception')
    expect(events[0]?.attributes).toMatchObject({
      'exception.message': 'sold out',
      'exception.stacktrace': expect.stringContaining('request-status.test'),
    })
  })

  test('so is what a sub-application with its own onError turned into 5xx (tracing/21)', async () => {
    const inner = new Hono().get('/', () => {
      throw new StockError('sold out')
    })
    inner.onError((_error, c) => c.json({}, 502))
    const { attributes, events } = await ended((app) => app.route('/', inner))
    expect(attributes).toMatchObject({ 'error.type': 'StockError', 'http.response.status_code': 502 })
    expect(events).toHaveLength(1)
  })

  test('a thrown value that is no Error is a 500, never a 200 (tracing/22)', async () => {
    for (const thrown of ['a string', { a: 1 }, Object.create(null)]) {
      sdk.clear()
      const { status, attributes } = await ended((app) =>
        app.get('/', () => {
          // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- what an application may do
          throw thrown
        }),
      )
      expect(status.code).toBe(SpanStatusCode.ERROR)
      expect(attributes).toMatchObject({ 'error.type': '500', 'http.response.status_code': 500 })
    }
  })

  test('a rejection in Fetch is an error without a status, and is thrown on (tracing/21)', async () => {
    const fetch = handler(tracing(), () => Promise.reject(new StockError('sold out')))
    await expect(fetch(new Request('http://localhost/'))).rejects.toThrow('sold out')
    expect(sdk.only().status.code).toBe(SpanStatusCode.ERROR)
    expect(sdk.only().attributes['error.type']).toBe('StockError')
    expect(sdk.only().attributes).not.toHaveProperty(['http.response.status_code'])
    expect(sdk.only().events).toHaveLength(1)
  })

  test('a body that breaks off is an error, whatever the head said (tracing/25)', async () => {
    const fetch = handler(
      tracing(),
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.error(new StockError('cut'))
            },
          }),
        ),
    )
    const response = await fetch(new Request('http://localhost/'))
    await expect(response.text()).rejects.toThrow('cut')
    expect(sdk.only().status.code).toBe(SpanStatusCode.ERROR)
    expect(sdk.only().attributes).toMatchObject({ 'error.type': 'StockError', 'http.response.status_code': 200 })
  })
})

describe('no failure', () => {
  for (const code of [400, 401, 404, 429, 499] as const) {
    test(`${code}, answered and thrown as HTTPException (tracing/23)`, async () => {
      for (const open of [
        (app: Hono) => app.get('/', () => new Response(null, { status: code })),
        (app: Hono) =>
          app.get('/', () => {
            throw new HTTPException(code as 400)
          }),
      ]) {
        sdk.clear()
        const { status, attributes, events } = await ended(open)
        expect(status.code).toBe(SpanStatusCode.UNSET)
        expect(attributes['http.response.status_code']).toBe(code)
        expect(attributes).not.toHaveProperty(['error.type'])
        expect(events).toEqual([])
      }
    })
  }

  test('an error that onError answers with 404 or 302 (tracing/24)', async () => {
    for (const code of [404, 302] as const) {
      sdk.clear()
      const { status, attributes } = await ended((app) => {
        app.get('/', () => {
          throw new StockError('no such order')
        })
        app.onError((_error, c) => c.body(null, code))
      })
      expect(status.code).toBe(SpanStatusCode.UNSET)
      expect(attributes).not.toHaveProperty(['error.type'])
    }
  })
})

describe('the signal of exceptions', () => {
  const exporter = new InMemoryLogRecordExporter()
  beforeAll(() => {
    logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }))
  })
  beforeEach(() => exporter.reset())
  afterEach(() => {
    delete process.env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN']
  })
  afterAll(() => logs.disable())

  async function thrown(optIn?: string): Promise<ReadableSpan> {
    if (optIn !== undefined) process.env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'] = optIn
    return ended((app) =>
      app.get('/', () => {
        throw new StockError('sold out')
      }),
    )
  }

  test('is a span event by default (tracing/26)', async () => {
    expect((await thrown()).events).toHaveLength(1)
    expect((await (sdk.clear(), thrown('spans'))).events).toHaveLength(1)
    expect(exporter.getFinishedLogRecords()).toEqual([])
  })

  test('is a log record of the span with `logs` (tracing/26)', async () => {
    const { events, spanContext } = await thrown('logs')
    expect(events).toEqual([])
    const [record, ...rest] = exporter.getFinishedLogRecords()
    expect(rest).toEqual([])
    expect(record).toMatchObject({
      eventName: 'http.server.request.exception',
      severityNumber: 17,
      spanContext: { spanId: spanContext.call(sdk.only()).spanId },
      attributes: {
        'exception.type': 'StockError',
        'exception.message': 'sold out',
        'exception.stacktrace': expect.stringContaining('sold out'),
      },
    })
  })

  test('is both with `logs/dup` (tracing/26)', async () => {
    expect((await thrown('http, logs/dup')).events).toHaveLength(1)
    expect(exporter.getFinishedLogRecords()).toHaveLength(1)
  })

  test('a log record does not depend on the sampler (tracing/27)', async () => {
    sdk.stop()
    sdk = startSdk({ sampler: { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => '' } })
    process.env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'] = 'logs'
    const app = quiet().get('/', () => {
      throw new StockError('sold out')
    })
    await app.request('/')
    sdk.stop()
    sdk = startSdk()
    expect(exporter.getFinishedLogRecords()).toHaveLength(1)
  })

  test('spans of the application call theirs `exception`, thrown strings have a message alone (tracing/26)', () => {
    process.env['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'] = 'logs'
    const unprintable = { toString: () => ({}) }
    for (const value of ['plain', unprintable]) {
      let caught: unknown
      try {
        span('work', () => {
          throw value
        })
      } catch (error) {
        caught = error
      }
      expect(caught).toBe(value)
    }
    const [first, second] = exporter.getFinishedLogRecords()
    expect(first).toMatchObject({ eventName: 'exception', attributes: { 'exception.message': 'plain' } })
    expect(first?.attributes).not.toHaveProperty(['exception.type'])
    expect(second?.attributes['exception.message']).toBe('[object Object]')
  })
})
