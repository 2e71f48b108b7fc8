import { context, diag, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { continueTrace, inject, span } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

class StockError extends Error {}

describe('span()', () => {
  test('runs a function in a span, gives it the span, and returns what it returns (tracing/50)', () => {
    const result = span('sum', (active) => {
      expect(trace.getActiveSpan()).toBe(active)
      active.setAttribute('n', 2)
      return 1 + 1
    })
    expect(result).toBe(2)
    expect(sdk.only()).toMatchObject({ name: 'sum', kind: SpanKind.INTERNAL, attributes: { n: 2 } })
    expect(trace.getActiveSpan()).toBeUndefined()
  })

  test('ends when the promise settles, and stays active until then (tracing/50)', async () => {
    const work = span('work', async (active) => {
      await tick()
      expect(trace.getActiveSpan()).toBe(active)
      return 'done'
    })
    expect(sdk.ended).toEqual([])
    expect(await work).toBe('done')
    expect(sdk.only().duration[1]).toBeGreaterThan(3_000_000)
  })

  test('nests (tracing/50)', async () => {
    await span('outer', () => span('inner', tick))
    expect(sdk.named('inner').parentSpanContext?.spanId).toBe(sdk.named('outer').spanContext().spanId)
  })

  test('takes the options of a span (tracing/50)', () => {
    span('call', () => undefined, { kind: SpanKind.CLIENT, attributes: { a: 1 }, root: true })
    expect(sdk.only()).toMatchObject({ kind: SpanKind.CLIENT, attributes: { a: 1 } })
  })

  for (const [how, fail] of Object.entries<(error: unknown) => unknown>({
    throws: (error) => {
      throw error
    },
    rejects: async (error) => {
      await tick()
      throw error
    },
  })) {
    test(`records what it ${how}, and throws it on (tracing/51)`, async () => {
      const error = new StockError('sold out')
      await expect((async () => span('work', () => fail(error)))()).rejects.toBe(error)
      const { status, attributes, events } = sdk.only()
      expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'sold out' })
      expect(attributes['error.type']).toBe('StockError')
      expect(events.map(({ name }) => name)).toEqual(['exception'])
    })

    test(`also when it ${how} no Error (tracing/51)`, async () => {
      await expect((async () => span('work', () => fail('plain')))()).rejects.toBe('plain')
      expect(sdk.only().status).toEqual({ code: SpanStatusCode.ERROR })
      expect(sdk.only().attributes['error.type']).toBe('_OTHER')
    })
  }

  test('runs a lazy thenable, such as a query builder, once (tracing/52)', async () => {
    let runs = 0
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- a query builder runs when its then is called
      then(resolve: (rows: number[]) => void) {
        runs++
        setTimeout(() => resolve([1, 2]), 5)
      },
    }
    const rows: unknown = await span('query', () => query)
    expect(rows).toEqual([1, 2])
    expect(runs).toBe(1)
    expect(sdk.only().duration[1]).toBeGreaterThan(3_000_000)
  })

  test('a span that its function ended itself is left alone (tracing/50)', () => {
    let complaints = 0
    const note = (): void => void complaints++
    diag.setLogger({ error: note, warn: note, info: () => undefined, debug: () => undefined, verbose: () => undefined })
    span('work', (active) => active.end())
    diag.disable()
    expect(sdk.ended).toHaveLength(1)
    expect(complaints).toBe(0)
  })
})

describe('inject() and continueTrace()', () => {
  test('a message carries trace and baggage to the other side (tracing/33)', async () => {
    const message: Record<string, string> = { kept: 'as it is' }
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } })
    context.with(propagation.setBaggage(context.active(), baggage), () => span('send', () => inject(message)))
    expect(message).toEqual({
      kept: 'as it is',
      baggage: 'tenant=acme',
      traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-01$/),
    })

    const tenant = await continueTrace(message, 'receive', async (active: Span) => {
      await tick()
      expect(trace.getActiveSpan()).toBe(active)
      return propagation.getActiveBaggage()?.getEntry('tenant')?.value
    })
    expect(tenant).toBe('acme')
    const receive = sdk.named('receive')
    expect(receive.kind).toBe(SpanKind.CONSUMER)
    expect(receive.parentSpanContext).toMatchObject({ spanId: sdk.named('send').spanContext().spanId, isRemote: true })
  })

  test('a message without a valid trace continues what is active (tracing/53)', () => {
    for (const carrier of [{}, { traceparent: 'garbage' }]) {
      sdk.clear()
      span('handler', () => continueTrace(carrier, 'receive', () => undefined))
      expect(sdk.named('receive').parentSpanContext?.spanId).toBe(sdk.named('handler').spanContext().spanId)
    }
  })

  test('the kind and more can be given, and what is thrown is recorded (tracing/53)', () => {
    const fail = (): never => {
      throw new StockError('sold out')
    }
    expect(() => continueTrace({}, 'receive', fail, { kind: SpanKind.SERVER })).toThrow('sold out')
    expect(sdk.only()).toMatchObject({ kind: SpanKind.SERVER, status: { code: SpanStatusCode.ERROR } })
  })

  test('nothing is written outside a trace (tracing/53)', () => {
    const message: Record<string, string> = {}
    inject(message)
    expect(message).toEqual({})
  })
})
