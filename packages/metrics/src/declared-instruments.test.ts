import { metrics as api } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { counter, gauge, histogram, MetricsError, type InstrumentOptions } from './index.ts'
import { listenToWarnings, startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeEach(() => {
  sdk = startSdk()
})
afterEach(() => sdk.stop())

describe('counter, gauge and histogram', () => {
  test('record with their declared attributes, name, unit and meter (metrics/30)', async () => {
    const orders = counter('shop.orders', {
      description: 'Orders.',
      unit: '{order}',
      attributes: ['tier', 'first'],
      meter: 'shop',
    })
    orders.add(2, { tier: 'gold', first: true })
    orders.add(3, { first: true, tier: 'gold' })
    const level = gauge('shop.level', { description: 'Level.', attributes: ['tank'] })
    level.record(1, { tank: 1 })
    level.record(-4, { tank: 1 })
    const wait = histogram('shop.wait', { description: 'Waiting.', unit: 's', buckets: [1, 2] })
    wait.record(1.5)

    expect((await sdk.metric('shop.orders')).descriptor).toMatchObject({ description: 'Orders.', unit: '{order}' })
    expect((await sdk.numbers('shop.orders')).map(({ attributes, value }) => [{ ...attributes }, value])).toEqual([
      [{ tier: 'gold', first: true }, 5],
    ])
    expect((await sdk.numbers('shop.level')).map(({ attributes, value }) => [{ ...attributes }, value])).toEqual([
      [{ tank: 1 }, -4],
    ])
    expect((await sdk.histograms('shop.wait')).map(({ value }) => value.buckets)).toEqual([
      { boundaries: [1, 2], counts: [0, 1, 0] },
    ])
    const { resourceMetrics } = await sdk.reader.collect()
    expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope.name)).toEqual(['shop', 'app'])
  })

  test('take boundaries that fit the unit where none are given (metrics/31)', async () => {
    histogram('a', { description: 'd', unit: 's' }).record(1)
    histogram('b', { description: 'd', unit: 'By' }).record(1)
    expect((await sdk.histograms('a'))[0]?.value.buckets.boundaries).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ])
    expect((await sdk.histograms('b'))[0]?.value.buckets.boundaries).toEqual([
      0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
    ])
  })

  test('record nothing that was not declared (metrics/32)', async () => {
    const orders = counter('orders', { description: 'd', attributes: ['tier'] })
    const sloppy: { add(value: number, attributes?: object): void } = orders
    sloppy.add(1, { tier: 'gold', user: 'anna', password: 'canary' })
    sloppy.add(1, {})
    sloppy.add(1)
    const points = await sdk.numbers('orders')
    expect(points.map(({ attributes, value }) => [{ ...attributes }, value])).toEqual([
      [{ tier: 'gold' }, 1],
      [{}, 2],
    ])
  })

  test('tell values apart by their type (metrics/32)', async () => {
    const one = counter('one', { description: 'd', attributes: ['v'] })
    const two = counter('two', { description: 'd', attributes: ['v', 'w'] })
    for (const v of [1, '1', true, 'true', '']) {
      one.add(1, { v })
      two.add(1, { v, w: 'x' })
    }
    expect(await sdk.numbers('one')).toHaveLength(5)
    expect(await sdk.numbers('two')).toHaveLength(5)
    two.add(1, { v: 'a","b', w: 'c' })
    two.add(1, { v: 'a', w: 'b","c' })
    expect(await sdk.numbers('two')).toHaveLength(7)
  })

  test('may be made before the SDK starts (metrics/33)', async () => {
    sdk.stop()
    const orders = counter('orders', { description: 'd' })
    const level = gauge('level', { description: 'd' })
    const wait = histogram('wait', { description: 'd' })
    const record = (): void => {
      orders.add(1)
      level.record(1)
      wait.record(1)
    }
    record()
    sdk = startSdk()
    expect(await sdk.names()).toEqual([])
    record()
    expect(await sdk.names()).toEqual(['orders', 'level', 'wait'])
    expect((await sdk.numbers('orders')).map(({ value }) => value)).toEqual([1])
  })

  test('have a bound of series each, and warn once (metrics/34)', async () => {
    const warnings = listenToWarnings()
    const makers = [
      (name: string) => counter(name, { description: 'd', attributes: ['user'], limit: 5 }).add,
      (name: string) => gauge(name, { description: 'd', attributes: ['user'], limit: 5 }).record,
      (name: string) => histogram(name, { description: 'd', attributes: ['user'], limit: 5 }).record,
    ]
    for (const [i, make] of makers.entries()) {
      const record = make(`metric.${i}`)
      for (let user = 0; user < 100; user++) record(1, { user })
      const metric = await sdk.metric(`metric.${i}`)
      expect(metric.dataPoints).toHaveLength(5)
      expect(metric.dataPoints.filter(({ attributes }) => attributes['otel.metric.overflow'] === true)).toHaveLength(1)
    }
    warnings.stop()
    expect(warnings.messages.map((message) => /metric\.\d/.exec(message)?.[0])).toEqual([
      'metric.0',
      'metric.1',
      'metric.2',
    ])
  })

  test('stay right when something that is not a number is recorded (metrics/35)', async () => {
    const orders = counter('orders', { description: 'd' })
    const wait = histogram('wait', { description: 'd' })
    for (const value of [1, Number.NaN, Infinity, -1, -Infinity, 2]) {
      orders.add(value)
      wait.record(value)
    }
    expect((await sdk.numbers('orders')).map(({ value }) => value)).toEqual([3])
    expect((await sdk.histograms('wait')).map(({ value }) => [value.count, value.sum])).toEqual([[2, 3]])
    // The control: OpenTelemetry's own counter does not recover.
    const own = api.getMeter('control').createCounter('own')
    for (const value of [1, Number.NaN, 2]) own.add(value)
    expect((await sdk.numbers('own')).map(({ value }) => value)).toEqual([Number.NaN])
  })

  test('cannot be declared wrongly (metrics/36)', () => {
    const makers = { counter, gauge, histogram }
    for (const [maker, make] of Object.entries(makers)) {
      const declare = (name: string, options: Partial<InstrumentOptions<string>>) => () =>
        make(name, { description: 'd', ...options })
      const wrong: [() => unknown, string][] = [
        [declare('', {}), 'ERR_METRICS_NAME'],
        [declare('1st', {}), 'ERR_METRICS_NAME'],
        [declare('a b', {}), 'ERR_METRICS_NAME'],
        [declare('a'.repeat(256), {}), 'ERR_METRICS_NAME'],
        [declare('a', { attributes: ['x', 'x'] }), 'ERR_METRICS_ATTRIBUTES'],
        [declare('a', { attributes: [''] }), 'ERR_METRICS_ATTRIBUTES'],
        [declare('a', { limit: 0 }), 'ERR_METRICS_LIMIT'],
      ]
      for (const [each, code] of wrong) {
        expect(each, `by ${maker}`).toThrow(MetricsError)
        expect(each, `by ${maker}`).toThrow(expect.objectContaining({ code }))
      }
    }
    expect(() => histogram('a', { description: 'd', buckets: [] })).toThrow(
      expect.objectContaining({ code: 'ERR_METRICS_BUCKETS' }),
    )
  })
})
