import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import { bareConsole } from './bare-console.test-kit.ts'
import type { Console, InstrumentList, LogPage, Meta, RequestPage, SpanDetail } from './index.ts'
import { epoch, hrTime, makeLog, makeMetric, makeSpan, spanId, traceId } from './telemetry.test-kit.ts'

const mebibyte = 1_048_576

function heap(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function addRequest(page: Console, trace: number, text: string): void {
  const attributes = { 'url.path': `/orders/${trace}`, text, 'http.request.method': 'GET' }
  page.onSpanEnd?.(makeSpan({ trace, span: 2, parent: 1, kind: 'internal', attributes: { text } }))
  page.onSpanEnd?.(makeSpan({ trace, span: 1, attributes }))
  page.onLog?.(makeLog({ trace, body: `request ${trace}`, attributes: { text } }))
}

describe('memory', () => {
  test('is bounded after 200,000 requests, and the oldest have left (console/23)', async () => {
    const { page, api } = bareConsole()
    const before = heap()
    for (let trace = 1; trace <= 200_000; trace++) addRequest(page, trace, `text ${trace}`)
    expect(heap() - before).toBeLessThan(40 * mebibyte)
    const meta = await api<Meta>('meta')
    expect(meta.held).toMatchObject({ traces: 500, spans: 1_000, logs: 5_000 })
    const { requests, held } = await api<RequestPage>('requests?limit=500')
    expect([requests[0]?.path, requests.at(-1)?.path, held]).toEqual(['/orders/200000', '/orders/199501', 500])
    expect((await api<LogPage>('logs?limit=1')).held).toBe(5_000)
  })

  test('is bounded in bytes when attributes are large (console/23)', async () => {
    const { page, api } = bareConsole({ retain: { memory: '8MiB', traces: 100_000, logs: 100_000 } })
    const before = heap()
    for (let trace = 1; trace <= 20_000; trace++) addRequest(page, trace, `${trace} ${'x'.repeat(5_000)}`)
    expect(heap() - before).toBeLessThan(24 * mebibyte)
    const { held, retain } = await api<Meta>('meta')
    expect(retain.memory).toBe(8 * mebibyte)
    expect(held.memory).toBeLessThan(8 * mebibyte)
    expect(held.traces).toBeGreaterThan(50)
    expect((await api<RequestPage>('requests?limit=1')).requests[0]?.path).toBe('/orders/20000')
  })

  test('is bounded for one endless trace, which pushes out no other (console/23)', async () => {
    const { page, api } = bareConsole({ retain: { spansPerTrace: 100 } })
    addRequest(page, 7, '')
    for (let span = 1; span <= 5_000; span++) page.onSpanEnd?.(makeSpan({ trace: 1, span }))
    const { held } = await api<Meta>('meta')
    expect([held.traces, held.spans]).toEqual([2, 102])
    expect(await api(`traces/${traceId(1)}`)).toMatchObject({ dropped: 4_900 })
    expect(await api(`traces/${traceId(7)}`)).toMatchObject({ dropped: 0 })
  })

  test('is bounded for an endless trace of large spans (console/23)', async () => {
    const { page, api } = bareConsole({ retain: { memory: '4MiB' } })
    addRequest(page, 7, '')
    for (let span = 1; span <= 500; span++)
      page.onSpanEnd?.(makeSpan({ trace: 1, span, attributes: { text: 'x'.repeat(15_000) } }))
    const { held } = await api<Meta>('meta')
    expect(held.memory).toBeLessThan(4 * mebibyte)
    expect(held.traces).toBe(2)
  })

  test('is bounded for series of metrics, and idle ones leave (console/23)', async () => {
    const clock = createTestClock(epoch + 60_000)
    const { measure, api } = bareConsole({ retain: { series: 100, metrics: '5m' }, clock })
    const counted = (index: number, to: number, attributes: Readonly<Record<string, unknown>> = { index }) =>
      makeMetric({ name: 'jobs', kind: 'counter', to, attributes, value: index + 1 })
    for (let index = 0; index < 150; index++) await measure(counted(index, 60_000))
    const full = await api<InstrumentList>('metrics')
    expect([full.instruments[0]?.series, full.dropped]).toEqual([100, 50])
    clock.advance('10m')
    await measure(counted(149, 660_000))
    await measure(counted(149, 661_000))
    expect((await api<InstrumentList>('metrics')).instruments[0]?.series).toBe(1)
    await measure(counted(1, 662_000, { text: 'x'.repeat(10_000) }))
    expect((await api<Meta>('meta')).held.series).toBe(1)
  })

  test('is bounded for points of a clock that is far ahead (console/22) (console/23)', async () => {
    const { measure, api } = bareConsole({ clock: createTestClock(epoch) })
    await measure(makeMetric({ name: 'jobs', kind: 'counter', to: 3_700_000, value: 1 }))
    expect(await api('metrics')).toEqual({ instruments: [], dropped: 1 })
  })

  test('is bounded for histograms with many buckets (console/23)', async () => {
    const { measure, api } = bareConsole({ retain: { memory: '4MiB' }, clock: createTestClock(epoch + 600_000) })
    const bucketCounts = Array.from({ length: 500 }, () => 1)
    for (let index = 0; index < 100; index++) {
      const value = { scale: 0, zeroCount: 0, positive: { offset: 0, bucketCounts }, count: 500, sum: 1 }
      const made = { name: 'h', kind: 'exponential', attributes: { index: index % 20 }, value, delta: true } as const
      await measure(makeMetric({ ...made, from: index * 5_000, to: (index + 1) * 5_000 }))
    }
    expect((await api<Meta>('meta')).held.memory).toBeLessThan(mebibyte)
  })

  test('is bounded for names and kinds of instruments (console/23)', async () => {
    const { measure, api } = bareConsole({ retain: { series: 20 }, clock: createTestClock(epoch) })
    for (let index = 0; index < 50; index++) await measure(makeMetric({ name: `m${index}`, kind: 'gauge', value: 1 }))
    await measure(
      makeMetric({ name: 'm1', kind: 'counter', value: 1 }),
      makeMetric({ name: 'n'.repeat(300), kind: 'gauge', value: 1 }),
    )
    const { instruments, dropped } = await api<InstrumentList>('metrics')
    expect([instruments.length, dropped]).toEqual([20, 32])
  })

  test('is bounded in time for points of a series (console/23)', async () => {
    const clock = createTestClock(epoch)
    const { measure, api } = bareConsole({ retain: { metrics: '1m' }, clock })
    for (let second = 0; second < 600; second += 5) {
      await measure(makeMetric({ name: 'g', kind: 'gauge', from: 0, to: second * 1000, value: second }))
      clock.advance('5s')
    }
    const { axis } = await api<{ axis: { points: number; stepMs: number } }>('metrics/series?name=g&window=24h')
    expect(axis.points * axis.stepMs).toBe(60_000)
  })
})

describe('what is too large', () => {
  test('is cut, and the cut text keeps nothing else in memory (console/24)', async () => {
    const { page, api } = bareConsole({ retain: { memory: '256MiB' } })
    const before = heap()
    for (let trace = 1; trace <= 100; trace++) {
      const text = `${trace}`.repeat(1_000_000)
      page.onSpanEnd?.(makeSpan({ trace, attributes: { text }, name: text, status: { code: 2, message: text } }))
      page.onLog?.(makeLog({ body: text }))
    }
    expect(heap() - before).toBeLessThan(40 * mebibyte)
    const detail = await api<SpanDetail>(`traces/${traceId(100)}/${spanId(1)}`)
    expect(detail.attributes['text']).toHaveLength(16_384)
    expect(String(detail.attributes['text']).endsWith('…')).toBe(true)
    expect(detail.name).toHaveLength(16_384)
    const { logs } = await api<LogPage>('logs?limit=1')
    expect(logs[0]?.message).toHaveLength(16_384)
  })

  test('is cut in depth and in number, in spans and in lines (console/24)', async () => {
    const { page, api } = bareConsole()
    let deep: unknown = 'bottom'
    for (let i = 0; i < 1_000; i++) deep = { deep }
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index]))
    const events = Array.from({ length: 1_000 }, () => ({
      name: 'e',
      time: hrTime(0),
      attributes: { text: 'x'.repeat(2_000) },
    }))
    page.onSpanEnd?.(
      makeSpan({ attributes: { deep, cycle, list: Array.from({ length: 5_000 }, () => 1), ...wide }, events }),
    )
    page.onLog?.(makeLog({ body: { cycle, deep }, attributes: { ...wide, deep } }))
    const detail = await api<SpanDetail>(`traces/${traceId(1)}/${spanId(1)}`)
    expect(detail.details).toHaveLength(128)
    expect(detail.lost).toBe(872)
    expect(Object.keys(detail.attributes).length).toBeLessThanOrEqual(1_024)
    expect(JSON.stringify(detail.attributes['deep']).length).toBeLessThan(200)
    const size = JSON.stringify([detail, await api('logs')]).length
    expect(size).toBeLessThan(400_000)
  })

  test('what is small is kept as it was given (console/24)', async () => {
    const { page, api } = bareConsole()
    const attributes: Record<string, unknown> = { stage: 'before' }
    page.onSpanEnd?.(makeSpan({ attributes }))
    attributes['stage'] = 'after'
    expect((await api<SpanDetail>(`traces/${traceId(1)}/${spanId(1)}`)).attributes).toEqual({ stage: 'after' })
  })
})

test('clearing forgets all (console/25)', async () => {
  const { page, api, ask, measure } = bareConsole({ clock: createTestClock(epoch) })
  addRequest(page, 1, 'text')
  await measure(makeMetric({ name: 'jobs', kind: 'counter', value: 1 }))
  const headers = { 'content-type': 'application/json' }
  expect((await ask('/api/clear', { method: 'POST', headers, body: '{}' })).status).toBe(204)
  expect((await api<Meta>('meta')).held).toEqual({ traces: 0, spans: 0, logs: 0, series: 0, memory: 0 })
  expect((await api<RequestPage>('requests')).requests).toEqual([])
  addRequest(page, 2, 'text')
  expect((await api<RequestPage>('requests')).requests.map(({ seq }) => seq)).toEqual([2])
})
