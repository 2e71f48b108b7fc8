import { openInspector } from './open-inspector.ts'
import type { Recorder } from './recording.ts'
import { objectCounts } from './object-counts.ts'
import { heapSamplingInterval, heapStacks } from './heap-stacks.ts'
import type { StackProfile } from './stack-profile.ts'

/** Begins to record what is allocated and still there at the end: where on Node, which types on Bun. */
export async function startHeapProfile(): Promise<Recorder<StackProfile>> {
  if ('Bun' in globalThis) return { stop: objectCounts }
  const inspector = await openInspector(async (opened) => {
    await opened.post('HeapProfiler.enable')
    await opened.post('HeapProfiler.startSampling', { samplingInterval: heapSamplingInterval })
  })
  return {
    async stop() {
      try {
        const { profile } = await inspector.post('HeapProfiler.stopSampling')
        return heapStacks(profile)
      } finally {
        inspector.disconnect()
      }
    },
  }
}
