import type { Profiler } from 'node:inspector'
import { openInspector } from './open-inspector.ts'
import type { Recorder } from './recording.ts'

/** A CPU profile in the form of the inspector protocol: what `.cpuprofile` files hold. */
export type CpuProfile = Profiler.Profile

/** Microseconds between two samples. */
export const samplingInterval = 1000

/**
 * Begins to record where the time of the main thread goes.
 *
 * @throws {DebugError} `ERR_DEBUG_UNSUPPORTED` (as a rejection) when the runtime has no profiler.
 */
export async function startCpuProfile(): Promise<Recorder<CpuProfile>> {
  const inspector = await openInspector(async (opened) => {
    await opened.post('Profiler.enable')
    await opened.post('Profiler.setSamplingInterval', { interval: samplingInterval })
    await opened.post('Profiler.start')
  })
  return {
    async stop() {
      try {
        const { profile } = await inspector.post('Profiler.stop')
        return profile
      } finally {
        inspector.disconnect()
      }
    },
  }
}
