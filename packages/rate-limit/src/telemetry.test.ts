import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { afterEach, expect, test } from 'vitest'
import { rateLimit, type RemoteStore } from './index.ts'

afterEach(() => metrics.disable())

interface Recorder {
  collect(): Promise<Record<string, [attributes: object, value: unknown][]>>
}

function record(): Recorder {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  return {
    async collect() {
      await provider.forceFlush()
      const all =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      await provider.shutdown()
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          `${descriptor.name} ${descriptor.unit}`,
          dataPoints.map(({ attributes, value }) => [attributes, value] satisfies [object, unknown]),
        ]),
      )
    },
  }
}

const policies = [
  { name: 'second', limit: 2, window: '1s' },
  { name: 'hour', limit: 3, window: '1h' },
] as const

test('refusals are counted by limiter and policy, also when the SDK starts late (rate-limit/33)', async () => {
  const limiter = rateLimit({ name: 'api', by: 'address', policies })
  limiter.consume('early', 9)
  const { collect } = record()
  limiter.consume('k', 2)
  limiter.consume('k', 2)
  limiter.consume('k', 2)
  limiter.consume('other', 3)
  const attributes = (policy: string): object => ({
    'seaworthy.rate_limit.name': 'api',
    'seaworthy.rate_limit.policy': policy,
  })
  expect(await collect()).toEqual({
    'seaworthy.rate_limit.refusals {refusal}': [
      [attributes('hour'), 2],
      [attributes('second'), 1],
    ],
  })
})

test('failures of the store are counted by limiter and kind (rate-limit/31)', async () => {
  const { collect } = record()
  const store: RemoteStore = {
    timeout: 20,
    take: (_subject, _quotas, cost) =>
      cost === 1 ? Promise.reject(new Error('LOADING Redis is loading')) : new Promise(() => {}),
  }
  const limiter = rateLimit({ name: 'api', by: 'address', policies, store, onStoreError: 'deny', logger: false })
  await limiter.consume('k')
  await limiter.consume('k')
  await limiter.consume('k', 2)
  const attributes = (kind: string): object => ({ 'seaworthy.rate_limit.name': 'api', 'error.type': kind })
  expect(await collect()).toEqual({
    'seaworthy.rate_limit.store.failures {failure}': [
      [attributes('LOADING'), 2],
      [attributes('timeout'), 1],
    ],
  })
})
