import { metrics, ValueType, type Attributes } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AggregationType, MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPrometheusReader, type PrometheusReader, type PrometheusReaderOptions } from './index.ts'
import { listenToWarnings } from './start-sdk.test-kit.ts'

const openMetrics = 'application/openmetrics-text; version=1.0.0'

let reader: PrometheusReader
let provider: MeterProvider

function start(options?: PrometheusReaderOptions, resource: Attributes = {}, views: ViewOptions[] = []): void {
  reader = createPrometheusReader(options)
  provider = new MeterProvider({ readers: [reader], resource: resourceFromAttributes(resource), views })
}

beforeEach(() => start({ scopeLabels: false }))
afterEach(() => metrics.disable())

async function page(accept?: string): Promise<string> {
  return new TextDecoder().decode((await reader.scrape({ accept })).body)
}

/** The page without what is about the resource. */
async function body(accept?: string): Promise<string[]> {
  const lines = (await page(accept)).trimEnd().split('\n')
  return lines.filter((line) => !/^(# (TYPE|HELP) target|target_info|# EOF)/.test(line))
}

function meter(name = 'test', version?: string) {
  return provider.getMeter(name, version)
}

describe('names', () => {
  test('have their unit in words, and counters their _total (metrics/49)', async () => {
    const units: [string, string, string][] = [
      ['http.server.request.duration', 's', 'http_server_request_duration_seconds'],
      ['jvm.pause', 'ms', 'jvm_pause_milliseconds'],
      ['disk.io', 'By', 'disk_io_bytes'],
      ['cpu.share', '1', 'cpu_share_ratio'],
      ['battery', '%', 'battery_percent'],
      ['queue', '{job}', 'queue'],
      ['net.rate', 'By/s', 'net_rate_bytes_per_second'],
      ['orders.rate', '{order}/min', 'orders_rate_per_minute'],
      ['water.temperature', 'Cel', 'water_temperature_celsius'],
      ['bytes.free', 'By', 'bytes_free'],
      ['custom', 'flurbs', 'custom_flurbs'],
      ['odd--name//x', '', 'odd_name_x'],
      ['already_seconds', 's', 'already_seconds'],
      ['constructor', 'constructor', 'constructor'],
    ]
    for (const [name, unit, expected] of units) {
      start({ scopeLabels: false })
      meter().createGauge(name, { unit }).record(1)
      expect(await body(), `of ${name}`).toEqual([`# TYPE ${expected} gauge`, `${expected} 1`])
      start({ scopeLabels: false })
      meter().createCounter(name, { unit }).add(1)
      const total = `${expected.replace(/_ratio$/, '')}_total`
      expect(await body(), `of ${name}`).toEqual([`# TYPE ${total} counter`, `${total} 1`])
    }
  })

  test('do not repeat what a name has already (metrics/49)', async () => {
    meter().createCounter('sent.total', { unit: 'By' }).add(1)
    expect(await body()).toEqual(['# TYPE sent_bytes_total counter', 'sent_bytes_total 1'])
  })
})

describe('the text format', () => {
  test('has a type, a help text and the samples of each metric (metrics/50)', async () => {
    const counter = meter().createCounter('orders', {
      description: 'Orders\nthat "came" in \\o/',
      valueType: ValueType.INT,
    })
    counter.add(2, { tier: 'gold' })
    counter.add(1, {})
    meter().createUpDownCounter('open').add(-3)
    meter().createGauge('temperature').record(-0.5)
    expect(await body()).toEqual([
      '# TYPE orders_total counter',
      '# HELP orders_total Orders\\nthat "came" in \\\\o/',
      'orders_total{tier="gold"} 2',
      'orders_total 1',
      '# TYPE open gauge',
      'open -3',
      '# TYPE temperature gauge',
      'temperature -0.5',
    ])
  })

  test('has cumulative buckets, a sum and a count for histograms (metrics/51)', async () => {
    const histogram = meter().createHistogram('wait', {
      unit: 's',
      advice: { explicitBucketBoundaries: [0.5, 1, 2.5] },
    })
    for (const value of [0.25, 0.5, 0.75, 3]) histogram.record(value, { queue: 'mail' })
    histogram.record(1)
    expect(await body()).toEqual([
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{queue="mail",le="0.5"} 2',
      'wait_seconds_bucket{queue="mail",le="1"} 3',
      'wait_seconds_bucket{queue="mail",le="2.5"} 3',
      'wait_seconds_bucket{queue="mail",le="+Inf"} 4',
      'wait_seconds_sum{queue="mail"} 4.5',
      'wait_seconds_count{queue="mail"} 4',
      'wait_seconds_bucket{le="0.5"} 0',
      'wait_seconds_bucket{le="1"} 1',
      'wait_seconds_bucket{le="2.5"} 1',
      'wait_seconds_bucket{le="+Inf"} 1',
      'wait_seconds_sum 1',
      'wait_seconds_count 1',
    ])
  })

  test('writes what is not a number as Prometheus does (metrics/50)', async () => {
    const gauge = meter().createGauge('odd')
    for (const value of [Number.NaN, Infinity, -Infinity, 1e21, 1e-7]) gauge.record(value, { value: String(value) })
    expect((await body()).slice(1)).toEqual([
      'odd{value="NaN"} NaN',
      'odd{value="Infinity"} +Inf',
      'odd{value="-Infinity"} -Inf',
      'odd{value="1e+21"} 1e+21',
      'odd{value="1e-7"} 1e-7',
    ])
  })

  test('shows an exponential histogram as explicit buckets (metrics/52)', async () => {
    start({ scopeLabels: false }, {}, [
      { instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 4 } } },
    ])
    const histogram = meter().createHistogram('wait')
    for (const value of [0, 1, 1.5, 3, 4, 8]) histogram.record(value)
    const lines = await body()
    expect(lines[0]).toBe('# TYPE wait histogram')
    const buckets = lines.flatMap((line) => {
      const [, le, count] = /_bucket\{le="(.+)"\} (\d+)$/.exec(line) ?? []
      return le === undefined ? [] : [[le === '+Inf' ? Infinity : Number(le), Number(count)] as const]
    })
    for (const [le, count] of buckets) {
      expect(count, `le ${le}`).toBe([0, 1, 1.5, 3, 4, 8].filter((value) => value <= le).length)
    }
    expect(buckets.length).toBeGreaterThan(3)
    expect(lines.slice(-2)).toEqual(['wait_sum 17.5', 'wait_count 6'])
  })
})

describe('OpenMetrics', () => {
  test('has units, escapes quotes, names families without _total, and ends with # EOF (metrics/53)', async () => {
    meter().createCounter('sent', { unit: 'By', description: 'What was "sent".' }).add(3)
    expect((await page(openMetrics)).split('\n')).toEqual([
      '# TYPE target info',
      '# HELP target Attributes of the resource.',
      'target_info 1',
      '# TYPE sent_bytes counter',
      '# UNIT sent_bytes bytes',
      '# HELP sent_bytes What was \\"sent\\".',
      'sent_bytes_total 3',
      '# EOF',
      '',
    ])
  })

  test('has float boundaries, and a unit only where the name ends in it (metrics/53)', async () => {
    meter()
      .createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [0.5, 1, 10] } })
      .record(1)
    meter().createGauge('bytes.free', { unit: 'By' }).record(1)
    const lines = await body(openMetrics)
    expect(lines.filter((line) => line.includes('_bucket')).map((line) => /le="(.+)"/.exec(line)?.[1])).toEqual([
      '0.5',
      '1.0',
      '10.0',
      '+Inf',
    ])
    expect(lines.filter((line) => line.startsWith('# UNIT'))).toEqual(['# UNIT wait_seconds seconds'])
  })
})

describe('labels', () => {
  test('are attributes with valid names and escaped values (metrics/54)', async () => {
    meter()
      .createGauge('x')
      .record(1, {
        'http.route': '/a\\b/"c"\n',
        '1st': 'digit',
        'odd--key': true,
        list: ['a', 'b"'],
        status: 200,
        missing: undefined,
      })
    expect((await body())[1]).toBe(
      'x{http_route="/a\\\\b/\\"c\\"\\n",_1st="digit",odd_key="true",list="[\\"a\\",\\"b\\\\\\"\\"]",status="200"} 1',
    )
  })

  test('of one name are joined in the order of their keys (metrics/54)', async () => {
    meter().createGauge('x').record(1, { 'b.c': 'second', a: 'a', 'b-c': 'first' })
    expect((await body())[1]).toBe('x{a="a",b_c="first;second"} 1')
  })

  test('do not clash with the boundary of a bucket (metrics/54)', async () => {
    meter()
      .createHistogram('wait', { advice: { explicitBucketBoundaries: [1] } })
      .record(1, { le: 'mine' })
    expect((await body())[1]).toBe('wait_bucket{exported_le="mine",le="1"} 1')
  })

  test('name the meter unless told otherwise (metrics/55)', async () => {
    start()
    meter('shop', '1.2').createGauge('x').record(1, { a: 1 })
    meter('plain').createGauge('y').record(1)
    expect(await body()).toEqual([
      '# TYPE x gauge',
      'x{otel_scope_name="shop",otel_scope_version="1.2",a="1"} 1',
      '# TYPE y gauge',
      'y{otel_scope_name="plain"} 1',
    ])
  })
})

describe('target_info', () => {
  test('has the attributes of the resource (metrics/56)', async () => {
    start({}, { 'service.name': 'orders "1"', 'process.pid': 7 })
    expect(await page()).toBe(
      '# TYPE target_info gauge\n# HELP target_info Attributes of the resource.\n' +
        'target_info{service_name="orders \\"1\\"",process_pid="7"} 1\n',
    )
  })
})

describe('what clashes', () => {
  test('metrics of one name in two meters are one family, told apart by the meter (metrics/57)', async () => {
    start()
    for (const name of ['a', 'b'])
      meter(name)
        .createCounter('orders', { description: `of ${name}` })
        .add(1)
    expect(await body()).toEqual([
      '# TYPE orders_total counter',
      '# HELP orders_total of a',
      'orders_total{otel_scope_name="a"} 1',
      'orders_total{otel_scope_name="b"} 1',
    ])
  })

  test('a series is never named twice, nor a metric with two types: what comes later is left out, with one warning each (metrics/57)', async () => {
    const warnings = listenToWarnings()
    for (const name of ['a', 'b']) meter(name).createCounter('orders').add(1)
    meter('c').createGauge('orders').record(5)
    meter('c').createGauge('orders_total').record(5)
    meter('c').createGauge('same').record(1, { 'x.y': 1 })
    meter('c').createGauge('same').record(2, { 'x-y': 1 })
    meter('c')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
      .record(1)
    meter('c').createGauge('h_count').record(1)
    meter('c').createGauge('target_info').record(1)
    await body()
    const lines = await body()
    warnings.stop()
    expect(lines).toEqual([
      '# TYPE orders_total counter',
      'orders_total 1',
      '# TYPE same gauge',
      'same{x_y="1"} 1',
      '# TYPE h histogram',
      'h_bucket{le="1"} 1',
      'h_bucket{le="+Inf"} 1',
      'h_sum 1',
      'h_count 1',
    ])
    expect(warnings.messages).toHaveLength(6)
  })
})
