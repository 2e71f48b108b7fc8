import type { IMetricReader } from '@opentelemetry/sdk-metrics'
import { Hono } from 'hono'
import { counter, gauge, histogram, measuredFetch, metrics, prometheus, runtimeMetrics } from './index.ts'

const orders = counter('orders', { description: 'd', attributes: ['tier', 'region'] })
orders.add(1, { tier: 'gold', region: 4 })
// @ts-expect-error -- an attribute is missing
orders.add(1, { tier: 'gold' })
// @ts-expect-error -- all attributes are missing
orders.add(1)
// @ts-expect-error -- an attribute that was not declared
orders.add(1, { tier: 'gold', region: 4, user: 'anna' })
// @ts-expect-error -- neither text, number nor boolean
orders.add(1, { tier: 'gold', region: ['eu'] })

const plain = counter('plain', { description: 'd' })
plain.add(1)
// @ts-expect-error -- it has no attributes
plain.add(1, { tier: 'gold' })
// @ts-expect-error -- a counter has no record()
plain.record(1)
// @ts-expect-error -- a description is required
counter('nameless', {})

gauge('level', { description: 'd', attributes: ['tank'] }).record(-1, { tank: 1 })
histogram('wait', { description: 'd', buckets: [1, 2] as const }).record(1)
// @ts-expect-error -- a counter has no buckets
counter('wait', { description: 'd', buckets: [1] })

/** The reader fits the SDK, and the middlewares fit Hono. */
export const reader: IMetricReader = prometheus().reader
export const app: Hono = new Hono().use(prometheus(), metrics({ buckets: [1, 2] as const }))
export const call: typeof fetch = measuredFetch(fetch)
export const running: Disposable = runtimeMetrics({ resolution: '20ms' })
// @ts-expect-error -- no duration
runtimeMetrics({ resolution: 'often' })
