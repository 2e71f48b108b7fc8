import type { ResourceData } from './telemetry-data.ts'
import { Scale } from './weigh.ts'

const weighed = new WeakSet<ResourceData>()

/**
 * What a resource weighs, in bytes, for the first that comes with it: thousands of spans and log records share one.
 */
export function weighResource(resource: ResourceData): number {
  if (weighed.has(resource)) return 0
  weighed.add(resource)
  const scale = new Scale()
  scale.attributes(resource.attributes)
  return scale.bytes
}
