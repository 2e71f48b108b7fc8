import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'

const kinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** `v8js.gc.duration`: how long V8 collected garbage. */
export function recordGarbageCollection(meter: Meter): () => void {
  const duration = meter.createHistogram('v8js.gc.duration', {
    unit: 's',
    description: 'Duration of garbage collections.',
    advice: { explicitBucketBoundaries: [0.01, 0.1, 1, 10] },
  })
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const type = kinds.get(kindOf(entry))
      if (type !== undefined) duration.record(entry.duration / 1000, { 'v8js.gc.type': type })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}

function kindOf({ detail }: PerformanceEntry & { readonly detail?: unknown }): unknown {
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
}
