import type { Meter, ObservableCallback } from '@opentelemetry/api'

/** `v8js.resource.active`: what keeps the event loop alive, by type: open handles, requests, timers. */
export function observeActiveResources(meter: Meter): () => void {
  const active = meter.createObservableGauge('v8js.resource.active', {
    unit: '{resource}',
    description: 'Resources that keep the event loop alive.',
  })
  // A type that is gone is reported as none: otherwise its last number would stand for ever.
  const types = new Map<string, number>()
  const observe: ObservableCallback = (result) => {
    for (const type of types.keys()) types.set(type, 0)
    for (const type of process.getActiveResourcesInfo()) types.set(type, (types.get(type) ?? 0) + 1)
    for (const [type, count] of types) result.observe(count, { 'v8js.resource.type': type })
  }
  active.addCallback(observe)
  return () => active.removeCallback(observe)
}
