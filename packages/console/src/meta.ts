import type { Meta } from './api-meta.ts'
import type { ConsoleState } from './console-state.ts'
import { toIso } from './hr-time.ts'
import { textOf } from './json-value.ts'
import { serviceOf } from './service-of.ts'

/** What the console is, and what it can show. */
export function meta({ options, boot, startedAt, store, own }: ConsoleState): Meta {
  const { debug, health, routes, config, limits } = options
  const { spans, logs, metrics } = own
  const traces = store.traces.held
  const lines = store.logs.held
  return {
    boot,
    path: options.path,
    service: ownService(own.resource?.attributes ?? {}),
    services: services({ store, own }),
    runtime: runtime(),
    startedAt: toIso(startedAt),
    now: toIso(options.clock.now()),
    retain: limits,
    held: {
      traces: traces.traces,
      spans: traces.spans,
      logs: lines.logs,
      series: store.metrics.series,
      memory: traces.bytes + lines.bytes + store.metrics.bytes,
    },
    tapped: { spans, logs, metrics },
    sources: {
      debug: debug !== undefined,
      health: health !== undefined,
      routes: routes !== undefined,
      config: config !== undefined,
    },
    receiver: options.path,
  }
}

function ownService(attributes: Readonly<Record<string, unknown>>): Meta['service'] {
  const name = textOf(attributes, 'service.name')
  const version = textOf(attributes, 'service.version')
  const environment = textOf(attributes, 'deployment.environment.name', 'deployment.environment')
  return { ...(name && { name }), ...(version && { version }), ...(environment && { environment }) }
}

function services({ store, own }: Pick<ConsoleState, 'store' | 'own'>): string[] {
  const names = new Set<string>()
  if (own.resource) names.add(serviceOf(own.resource))
  for (const { spans } of store.traces.traces()) for (const { resource } of spans) names.add(serviceOf(resource))
  for (const { record } of store.logs.newest()) names.add(serviceOf(record.resource))
  for (const { series } of store.metrics.instruments()) for (const { service } of series.values()) names.add(service)
  return [...names].slice(0, 100)
}

function runtime(): Meta['runtime'] {
  const { pid, versions } = process
  const bun = versions['bun']
  return bun === undefined ? { name: 'node', version: versions.node, pid } : { name: 'bun', version: bun, pid }
}
