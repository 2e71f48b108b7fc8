import { describe, expect, test } from 'vitest'
import { bareConsole } from './bare-console.test-kit.ts'
import type { LogPage, SpanDetail, Trace } from './index.ts'
import { startService, until } from './service.test-kit.ts'
import { hrTime, makeLog, makeSpan, spanId, traceId } from './telemetry.test-kit.ts'

describe('a trace', () => {
  test('has the spans of all services by their beginning, to the nanosecond (console/3)', async () => {
    const { page, api } = bareConsole()
    page.onSpanEnd?.(makeSpan({ span: 3, parent: 2, service: 'inventory', at: 10.000_001, ms: 5 }))
    page.onSpanEnd?.(makeSpan({ span: 2, parent: 1, kind: 'client', name: 'GET', at: 10, ms: 7 }))
    page.onSpanEnd?.(makeSpan({ span: 4, parent: 9, kind: 'internal', at: 10, ms: 8 }))
    page.onSpanEnd?.(makeSpan({ span: 1, at: 0, ms: 20, attributes: { 'http.response.status_code': 200 } }))
    page.onLog?.(makeLog({ trace: 1 }))
    const trace = await api<Trace>(`traces/${traceId(1)}`)
    expect(trace).toMatchObject({ time: '2026-01-01T00:00:00.000Z', durationMs: 20, dropped: 0, logs: 1 })
    expect(trace.services).toEqual(['orders', 'inventory'])
    expect(trace.spans.map((each) => each.spanId)).toEqual([1, 4, 2, 3].map(spanId))
    expect(trace.spans.map(({ offsetMs }) => offsetMs)).toEqual([0, 10, 10, 10.000001])
    expect(trace.spans[3]).toEqual({
      spanId: spanId(3),
      parentId: spanId(2),
      service: 'inventory',
      name: 'GET /',
      kind: 'server',
      offsetMs: 10.000001,
      durationMs: 5,
      error: false,
    })
    expect(trace.spans[0]?.status).toBe(200)
    expect(trace.missing).toEqual([spanId(9)])
  })

  test('has spans that began in one millisecond below their parents, in the order in which they ended (console/3)', async () => {
    const { page, api } = bareConsole()
    const at = 5
    page.onSpanEnd?.(makeSpan({ span: 4, parent: 3, at, ms: 0.5 }))
    page.onSpanEnd?.(makeSpan({ span: 3, parent: 1, at, ms: 0.6 }))
    page.onSpanEnd?.(makeSpan({ span: 2, parent: 1, at, ms: 0.9 }))
    page.onSpanEnd?.(makeSpan({ span: 1, at, ms: 5 }))
    for (const [span, parent] of [
      [7, 8],
      [8, 7],
    ] as const)
      page.onSpanEnd?.(makeSpan({ span, parent, at }))
    const { spans } = await api<Trace>(`traces/${traceId(1)}`)
    expect(spans.map((each) => Number.parseInt(each.spanId, 16)).filter((each) => each < 7)).toEqual([1, 3, 2, 4])
    expect(spans).toHaveLength(6)
  })

  test('has no times below nothing when a clock was set back (console/3)', async () => {
    const { page, api } = bareConsole()
    page.onSpanEnd?.(makeSpan({ ms: -5 }))
    expect(await api<Trace>(`traces/${traceId(1)}`)).toMatchObject({ durationMs: 0, spans: [{ durationMs: 0 }] })
    expect(await api('requests')).toMatchObject({ requests: [{ durationMs: 0 }] })
  })

  test('has a span that was sent twice once (console/3)', async () => {
    const { page, api } = bareConsole()
    for (let i = 0; i < 2; i++) page.onSpanEnd?.(makeSpan())
    expect((await api<Trace>(`traces/${traceId(1)}`)).spans).toHaveLength(1)
  })

  test('of ten thousand spans is one answer, without their attributes (console/3)', async () => {
    const { page, api, ask } = bareConsole()
    const attributes = { 'db.query.text': 'SELECT 1 '.repeat(20), 'db.system.name': 'postgresql' }
    for (let span = 1; span <= 10_001; span++) {
      page.onSpanEnd?.(makeSpan({ span, kind: 'client', at: span % 100, attributes, ...(span > 1 && { parent: 1 }) }))
    }
    const before = performance.now()
    const trace = await api<Trace>(`traces/${traceId(1)}`)
    expect(performance.now() - before).toBeLessThan(2_000)
    expect(trace.spans).toHaveLength(10_000)
    expect(trace.dropped).toBe(1)
    const length = (await (await ask(`/api/traces/${traceId(1)}`)).text()).length
    expect(length / trace.spans.length).toBeLessThan(250)
  })

  test('that is not known is not found, whatever it is called (console/33)', async () => {
    const { ask } = bareConsole()
    for (const name of [traceId(5), 'x', `${traceId(5)}/${spanId(1)}`, '__proto__', '']) {
      expect((await ask(`/api/traces/${name}`)).status).toBe(404)
    }
  })
})

describe('a span', () => {
  test('has everything that is known of it (console/4)', async () => {
    const { page, api } = bareConsole()
    const exception = {
      'exception.type': 'TypeError',
      'exception.message': 'no oil',
      'exception.stacktrace': 'at pump',
    }
    page.onSpanEnd?.(
      makeSpan({
        status: { code: 2, message: 'failed' },
        attributes: {
          text: 'a',
          number: 1.5,
          list: ['x', true],
          nothing: undefined,
          odd: NaN,
          bytes: Uint8Array.of(1, 2),
        },
        events: [
          { name: 'cache.miss', time: hrTime(0.25), attributes: { key: 'k' } },
          { name: 'exception', time: hrTime(0.5), attributes: { ...exception, 'exception.escaped': true } },
        ],
        links: [{ context: { traceId: traceId(8), spanId: spanId(9) }, attributes: { why: 'batch' } }],
      }),
    )
    expect(await api<SpanDetail>(`traces/${traceId(1)}/${spanId(1)}`)).toEqual({
      spanId: spanId(1),
      traceId: traceId(1),
      service: 'orders',
      name: 'GET /',
      kind: 'server',
      time: '2026-01-01T00:00:00.000Z',
      offsetMs: 0,
      durationMs: 1,
      error: true,
      statusMessage: 'failed',
      events: [
        [0.25, false],
        [0.5, true],
      ],
      attributes: { text: 'a', number: 1.5, list: ['x', true], odd: 'NaN', bytes: 'AQI=' },
      details: [
        { name: 'cache.miss', offsetMs: 0.25, attributes: { key: 'k' } },
        {
          name: 'exception',
          offsetMs: 0.5,
          attributes: { 'exception.escaped': true },
          exception: { type: 'TypeError', message: 'no oil', stack: 'at pump' },
        },
      ],
      links: [{ traceId: traceId(8), spanId: spanId(9), attributes: { why: 'batch' } }],
      scope: { name: 'tests', version: '1' },
      resource: { 'service.name': 'orders' },
      lost: 0,
    })
  })

  test('of a real request that failed has the stack (console/4)', async () => {
    await using service = await startService()
    await service.get('/broken')
    const { requests } = await until(
      () => service.api<{ requests: { traceId: string; spanId: string }[] }>('requests'),
      (page) => page.requests.length > 0,
    )
    const detail = await service.api<SpanDetail>(`traces/${requests[0]?.traceId}/${requests[0]?.spanId}`)
    const exception = detail.details.find(({ name }) => name === 'exception')?.exception
    expect(exception).toMatchObject({ type: 'TypeError', message: 'the pump is out of oil' })
    expect(exception?.stack).toContain('service.test-kit')
    expect(detail.resource['service.version']).toBe('1.2.3')
  })
})

test('the lines of a trace and of a span come in the order of their time (console/5)', async () => {
  const { page, api } = bareConsole()
  page.onSpanEnd?.(makeSpan({ trace: 1, at: 100 }))
  page.onLog?.(makeLog({ trace: 1, span: 1, at: 100.5, body: 'second' }))
  page.onLog?.(makeLog({ trace: 2, at: 100, body: 'other trace' }))
  page.onLog?.(makeLog({ trace: 1, span: 2, at: 100.75, body: 'third' }))
  page.onLog?.(makeLog({ trace: 1, span: 1, at: 99.5, body: 'first' }))
  const { logs } = await api<LogPage>(`logs?trace=${traceId(1)}`)
  expect(logs.map(({ message, offsetMs }) => [message, offsetMs])).toEqual([
    ['first', -0.5],
    ['second', 0.5],
    ['third', 0.75],
  ])
  const ofSpan = await api<LogPage>(`logs?trace=${traceId(1)}&span=${spanId(2)}`)
  expect(ofSpan.logs.map(({ message }) => message)).toEqual(['third'])
})
