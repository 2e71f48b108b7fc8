import { AsyncLocalStorage } from 'node:async_hooks'
import { middleware, requestId, stack, type Hooks, type Middleware } from '@seaworthy/middleware'
import type { Context, MiddlewareHandler, Next } from 'hono'
import { nowhere, startMetrics, startTracing } from './open-telemetry.ts'

type Mounted = readonly (Middleware | MiddlewareHandler)[]

const noop = (more: Hooks = {}): Middleware =>
  middleware({ name: 'noop', before() {}, after() {}, settled() {}, ...more })

/** The middleware of every request case and of every peer. One variant runs in a process. */
export const variants: Readonly<Record<string, () => Mounted | Promise<Mounted>>> = {
  bare: () => [],
  noop: () => [
    async function handWritten(_c: Context, next: Next): Promise<void> {
      await next()
    },
  ],
  'stack-noop': () => [stack(noop(), noop(), noop(), noop())],
  'stack-noop-scope': () => {
    const store = new AsyncLocalStorage<number>()
    return [stack(noop({ scope: (_x, run) => store.run(1, run) }), noop(), noop(), noop())]
  },
  'separate-noop': () => [noop(), noop(), noop(), noop()],
  'request-id': () => [requestId()],
  tracing: () => ours({ sampled: true, parts: ['tracing'] }),
  'tracing-unsampled': () => ours({ sampled: false, parts: ['tracing'] }),
  'tracing-no-sdk': () => ours({ parts: ['tracing'] }),
  metrics: () => ours({ parts: ['metrics'] }),
  'access-log': () => ours({ parts: ['access-log'] }),
  'stack-unsampled': () => ours({ sampled: false, parts: ['tracing', 'metrics', 'request-id', 'access-log'] }),
  'stack-sampled': () => ours({ sampled: true, parts: ['tracing', 'metrics', 'request-id', 'access-log'] }),
  'stack-unsampled-keep': ourKeepingStack,
  'console-idle': () => ourWatchedStack(true),
  'console-none': () => ourWatchedStack(false),
  service: ourService,
  'peer-tracing': () => peers({ sampled: true, parts: ['tracing'] }),
  'peer-tracing-no-sdk': () => peers({ parts: ['tracing'] }),
  'peer-metrics': () => peers({ parts: ['metrics'] }),
  'peer-access-log': () => peers({ parts: ['access-log'] }),
  'peer-request-id': () => peers({ parts: ['request-id'] }),
  'peer-stack-unsampled': () => peers({ sampled: false, parts: ['tracing', 'metrics', 'request-id', 'access-log'] }),
  'peer-stack-sampled': () => peers({ sampled: true, parts: ['tracing', 'metrics', 'request-id', 'access-log'] }),
}

type Part = 'tracing' | 'metrics' | 'request-id' | 'access-log'

interface Wanted {
  /** Whether the SDK samples every span or none; absent for no SDK. */
  readonly sampled?: boolean
  readonly parts: readonly Part[]
}

async function ours({ sampled, parts }: Wanted): Promise<Mounted> {
  if (sampled !== undefined) startTracing(sampled)
  return [stack(...(await Promise.all(parts.map(ourPart))))]
}

async function ourPart(part: Part): Promise<Middleware> {
  if (part === 'tracing') return (await import('@seaworthy/tracing')).tracing()
  if (part === 'request-id') return requestId()
  if (part === 'metrics') {
    const { metrics, prometheus } = await import('@seaworthy/metrics')
    startMetrics(prometheus().reader)
    return metrics()
  }
  const { createLogger, requestLog } = await import('@seaworthy/log')
  return requestLog({ logger: createLogger({ format: 'json' }) })
}

/** Traces that nobody samples are kept for the case that they fail: the telemetry package's own provider. */
async function ourKeepingStack(): Promise<Mounted> {
  const { startTelemetry } = await import('@seaworthy/telemetry')
  const { AlwaysOffSampler } = await import('@opentelemetry/sdk-trace')
  const { prometheus } = await import('@seaworthy/metrics')
  await startTelemetry({
    service: { name: 'bench' },
    traces: { exporter: nowhere, sampler: new AlwaysOffSampler(), keep: { errors: true, slowerThan: '1s' } },
    metrics: { readers: [prometheus().reader] },
  })
  return ours({ parts: ['tracing', 'metrics', 'request-id', 'access-log'] })
}

/** Every span is recorded and given to the console's stores, and nobody looks at the page. */
async function ourWatchedStack(isWatched: boolean): Promise<Mounted> {
  const { consolePage } = await import('@seaworthy/console')
  const { startTelemetry } = await import('@seaworthy/telemetry')
  const { AlwaysOnSampler } = await import('@opentelemetry/sdk-trace')
  const { prometheus } = await import('@seaworthy/metrics')
  const page = consolePage({ enabled: true, authorize: 'loopback' })
  await startTelemetry({
    service: { name: 'bench' },
    traces: { exporter: nowhere, sampler: new AlwaysOnSampler() },
    metrics: { readers: [prometheus().reader] },
    ...(isWatched && { tap: page }),
  })
  const stacked = await ours({ parts: ['tracing', 'metrics', 'request-id', 'access-log'] })
  return isWatched ? [page, ...stacked] : stacked
}

/** Everything that `service()` mounts, with traces that nobody samples, as most are in production. */
async function ourService(): Promise<Mounted> {
  const { service } = await import('@seaworthy/service')
  const { AlwaysOffSampler } = await import('@opentelemetry/sdk-trace')
  const sampler = new AlwaysOffSampler()
  return [
    await service({ name: 'bench', log: { format: 'json' }, telemetry: { traces: { exporter: nowhere, sampler } } }),
  ]
}

async function peers({ sampled, parts }: Wanted): Promise<Mounted> {
  if (sampled !== undefined) startTracing(sampled)
  return Promise.all(parts.map(peerPart))
}

async function peerPart(part: Part): Promise<MiddlewareHandler> {
  if (part === 'tracing') return (await import('@hono/otel')).httpInstrumentationMiddleware()
  if (part === 'metrics') return (await import('@hono/prometheus')).prometheus().registerMetrics
  if (part === 'request-id') return (await import('hono/request-id')).requestId()
  return (await import('hono-pino')).pinoLogger()
}
