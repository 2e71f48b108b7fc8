import { runtimeMetrics } from '@seaworthy/metrics'
import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { bareConsole, type BareConsole } from './bare-console.test-kit.ts'
import type { Chart, HistogramValue, InstrumentList, RouteMetrics, RuntimeMetrics } from './index.ts'
import { startService, until } from './service.test-kit.ts'
import { epoch, makeMetric, type MadeMetric } from './telemetry.test-kit.ts'

const minute = 60_000
const bounds = [0.01, 0.1, 1]

/** A console whose clock stands ten minutes after the beginning of what is measured. */
function consoleAt(time = 10 * minute): BareConsole {
  return bareConsole({ clock: createTestClock(epoch + time) })
}

function histogram(counts: readonly number[], sum = 0, max?: number): HistogramValue {
  const count = counts.reduce((total, each) => total + each, 0)
  return { buckets: { boundaries: bounds, counts }, count, sum, ...(max !== undefined && { max }) }
}

function duration(made: Omit<MadeMetric, 'name' | 'kind' | 'unit'>, status = 200): ReturnType<typeof makeMetric> {
  const attributes = {
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'http.response.status_code': status,
    ...made.attributes,
  }
  return makeMetric({ name: 'http.server.request.duration', kind: 'histogram', unit: 's', ...made, attributes })
}

describe('a route', () => {
  test('of a real service has its numbers at once (console/7)', async () => {
    await using service = await startService()
    for (let i = 0; i < 4; i++) await service.get(`/orders/${i}`)
    await service.get('/broken')
    const { routes, total } = await until(
      () => service.api<RouteMetrics>('metrics/routes'),
      (answer) => answer.total.count === 5,
    )
    expect(total).toMatchObject({ count: 5, errors: 1, errorRatio: 0.2, statuses: { 200: 4, 500: 1 } })
    expect(routes.map(({ route, count, errors }) => [route, count, errors])).toEqual([
      ['/orders/:id', 4, 0],
      ['/broken', 1, 1],
    ])
    expect(routes[0]).toMatchObject({ service: 'orders', method: 'GET' })
    expect(routes[0]?.p50Ms).toBeGreaterThan(0)
    expect(routes[0]?.p99Ms).toBeGreaterThanOrEqual(routes[0]?.p50Ms ?? 0)
    expect((await service.api<RouteMetrics>('metrics/routes?service=other')).total.count).toBe(0)
  })

  test('has percentiles, rates and errors over the window and in its steps (console/7) (console/8)', async () => {
    const { measure, api: ask } = consoleAt()
    const last = { from: 0, to: 10 * minute }
    await measure(
      duration({ from: 0, to: 9 * minute, value: histogram([0, 0, 0, 0]) }),
      duration({ ...last, value: histogram([80, 15, 5, 0], 6) }),
      duration({ ...last, value: histogram([0, 0, 0, 0]) }, 503),
    )
    await measure(duration({ from: 0, to: 10 * minute, delta: true, value: histogram([0, 0, 20, 0], 10) }, 503))
    const { axis, routes, total } = await ask<RouteMetrics>('metrics/routes?window=2m')
    const [route] = routes
    expect(axis).toEqual({ start: '2026-01-01T00:08:00.000Z', stepMs: 5_000, points: 24 })
    expect(route?.statuses[200]).toBe(100)
    expect(route?.series.rate.slice(0, 12)).toEqual(Array(12).fill(0))
    // Half of 80 lie in the first bucket: 50 of 80 of its width.
    const { routes: good } = await ask<RouteMetrics>('metrics/routes?window=1m')
    expect(good[0]?.p50Ms).toBeGreaterThan(6)
    expect(good[0]?.p50Ms).toBeLessThanOrEqual(10)
    expect(total.errors).toBeGreaterThan(0)
  })

  test('has the percentiles that its buckets tell, in milliseconds (console/8)', async () => {
    const { measure, api: ask } = consoleAt()
    await measure(duration({ from: 9.5 * minute, to: 10 * minute, value: histogram([80, 15, 5, 0], 6) }))
    const { routes } = await ask<RouteMetrics>('metrics/routes?window=1m')
    const [route] = routes
    expect(route?.p50Ms).toBeCloseTo(6.25, 9)
    expect(route?.p95Ms).toBeCloseTo(100, 9)
    expect(route?.p99Ms).toBeCloseTo(820, 9)
    expect(route?.meanMs).toBeCloseTo(60, 9)
    expect(route?.rate).toBeCloseTo(100 / 60, 9)
  })

  test('beyond the last bound has the greatest value, where it is told (console/8)', async () => {
    const { measure, api: ask } = consoleAt()
    await measure(
      duration({ from: 9.5 * minute, to: 10 * minute, value: histogram([0, 0, 0, 10], 30, 3) }),
      duration({
        from: 9.5 * minute,
        to: 10 * minute,
        value: histogram([0, 0, 0, 10], 30),
        attributes: { 'http.route': '/b' },
      }),
    )
    const { routes } = await ask<RouteMetrics>('metrics/routes?window=1m')
    expect(routes.map(({ p99Ms }) => p99Ms)).toEqual([expect.closeTo(2980, 6), 1000])
  })

  test.each([0, 1, 3, 5, 8])(
    'has percentiles of exponential buckets of scale %i (console/7) (console/8)',
    async (scale) => {
      const { measure, api: ask } = consoleAt()
      const base = 2 ** (1 / 2 ** scale)
      const value = 0.24
      const offset = Math.ceil(Math.log(value) / Math.log(base)) - 1
      const point = { scale, zeroCount: 0, positive: { offset, bucketCounts: [100] }, count: 100, sum: 25 }
      await measure(
        makeMetric({
          name: 'http.server.request.duration',
          kind: 'exponential',
          unit: 's',
          from: 9.5 * minute,
          to: 10 * minute,
          attributes: { 'http.request.method': 'GET' },
          value: point,
        }),
      )
      const { routes } = await ask<RouteMetrics>('metrics/routes?window=1m')
      expect(routes[0]?.count).toBe(100)
      const widest = Math.max(base, 1.0906)
      expect(routes[0]?.p50Ms).toBeLessThan(240 * widest)
      expect(routes[0]?.p50Ms).toBeGreaterThan(240 / widest)
    },
  )
})

describe('an increase', () => {
  const sent = (from: number, to: number, value: number, more: Partial<MadeMetric> = {}) =>
    makeMetric({ name: 'jobs', kind: 'counter', from, to, value, ...more })
  const increase = async ({ api: ask }: BareConsole, window = '30m'): Promise<number> => {
    const { series, axis } = await ask<Chart>(`metrics/series?name=jobs&window=${window}`)
    const sums = series.map(({ values }) => values.reduce<number>((sum, each) => sum + (each ?? 0), 0))
    return (sums.reduce((sum, each) => sum + each, 0) * axis.stepMs) / 1000
  }

  test('is told once, however often it is collected (console/9)', async () => {
    const kit = consoleAt()
    await kit.measure(sent(0, minute, 5), sent(0, 2 * minute, 5), sent(0, 3 * minute, 12), sent(0, 3 * minute, 12))
    expect(await increase(kit)).toBeCloseTo(12, 9)
    expect(await increase(kit, '7m')).toBeCloseTo(0, 9)
    expect(await increase(kit, '8m')).toBeCloseTo(7, 9)
  })

  test('goes on when the sender starts again (console/9)', async () => {
    const kit = consoleAt()
    await kit.measure(sent(0, minute, 10), sent(2 * minute, 3 * minute, 4), sent(2 * minute, 4 * minute, 6))
    expect(await increase(kit)).toBeCloseTo(16, 9)
  })

  test('is right where it falls without a new start (console/9)', async () => {
    const kit = consoleAt()
    await kit.measure(sent(0, minute, 10), sent(0, 2 * minute, 3))
    expect(await increase(kit)).toBeCloseTo(13, 9)
  })

  test('is right in deltas (console/9)', async () => {
    const kit = consoleAt()
    const delta = { delta: true }
    await kit.measure(
      sent(0, minute, 10, delta),
      sent(minute, 2 * minute, 3, delta),
      sent(2 * minute, 3 * minute, 3, delta),
    )
    expect(await increase(kit)).toBeCloseTo(16, 9)
  })

  test('of two processes is the increase of both (console/9)', async () => {
    const kit = consoleAt()
    await kit.measure(
      sent(0, minute, 10, { instance: 'a' }),
      sent(0, minute, 100, { instance: 'b' }),
      sent(0, 2 * minute, 11, { instance: 'a' }),
      sent(0, 2 * minute, 101, { instance: 'b' }),
    )
    expect(await increase(kit)).toBeCloseTo(112, 9)
    expect(await increase(kit, '9m')).toBeCloseTo(2, 9)
  })

  test('that is sent ten times a second keeps a point for each step only (console/9)', async () => {
    const kit = consoleAt()
    const points = Array.from({ length: 600 }, (_, index) => sent(0, 9 * minute + (index + 1) * 100, index + 1))
    await kit.measure(...points)
    expect(await increase(kit)).toBeCloseTo(600, 6)
    const { series } = await kit.api<Chart>('metrics/series?name=jobs&window=50s')
    expect(series[0]?.values.every((value) => Math.abs((value ?? 0) - 10) < 0.5)).toBe(true)
  })

  test('that appears late came after its sender was heard last (console/9)', async () => {
    const kit = consoleAt()
    await kit.measure(sent(0, 9 * minute, 1), sent(0, 10 * minute, 6, { attributes: { kind: 'new' } }))
    expect(await increase(kit, '1m')).toBeCloseTo(6, 9)
  })
})

describe('instruments', () => {
  test('are listed, and shown by what they are (console/10)', async () => {
    const kit = consoleAt()
    const at = { from: 9.5 * minute, to: 10 * minute }
    await kit.measure(
      makeMetric({
        name: 'queue.length',
        kind: 'gauge',
        unit: '{job}',
        ...at,
        value: 7,
        attributes: { queue: 'mail' },
      }),
      makeMetric({ name: 'queue.length', kind: 'gauge', unit: '{job}', ...at, value: 3, service: 'inventory' }),
      makeMetric({ name: 'jobs', kind: 'counter', unit: '{job}', ...at, value: 60 }),
      makeMetric({ name: 'wait', kind: 'histogram', unit: 's', ...at, value: histogram([10, 0, 0, 0]) }),
    )
    const { instruments } = await kit.api<InstrumentList>('metrics')
    expect(instruments.map(({ name, kind, series }) => [name, kind, series])).toEqual([
      ['jobs', 'counter', 1],
      ['queue.length', 'gauge', 2],
      ['wait', 'histogram', 1],
    ])
    const chart = (name: string, more = ''): Promise<Chart> => kit.api(`metrics/series?name=${name}&window=1m${more}`)
    const queue = await chart('queue.length')
    expect(queue).toMatchObject({ unit: '{job}', shows: 'value', more: 0 })
    expect(queue.series.map(({ label, values }) => [label, values.at(-1)])).toEqual([
      ['orders mail', 7],
      ['inventory', 3],
    ])
    expect((await chart('queue.length', '&service=orders')).series.map(({ label }) => label)).toEqual(['mail'])
    const jobs = await chart('jobs')
    expect(jobs).toMatchObject({ unit: '{job}/s', shows: 'rate' })
    expect(jobs.series[0]?.values.slice(-6)).toEqual(Array(6).fill(expect.closeTo(2, 9)))
    const wait = await chart('wait')
    expect(wait.series.map(({ label, values }) => [label, values.at(-1)])).toEqual([
      ['p50', expect.closeTo(0.005, 9)],
      ['p95', expect.closeTo(0.0095, 9)],
      ['p99', expect.closeTo(0.0099, 9)],
    ])
    expect((await kit.ask('/api/metrics/series?name=unheard')).status).toBe(404)
  })

  test('of the runtime come together (console/10)', async () => {
    await using service = await startService()
    using _metrics = runtimeMetrics()
    const { charts } = await until(
      () => service.api<RuntimeMetrics>('metrics/runtime'),
      (answer) => answer.charts.some(({ name }) => name === 'nodejs.eventloop.delay.p99'),
    )
    const names = charts.map(({ name }) => name)
    expect(names).toContain('process.memory.usage')
    const memory = charts.find(({ name }) => name === 'process.memory.usage')
    expect(memory?.series[0]?.values.at(-1)).toBeGreaterThan(1_000_000)
  })
})
